// Listening until a signal says to stop, then letting the requests in flight finish.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

const (
	headerTimeout = 30 * time.Second
	// Longer than proxies keep idle connections (90 s is common), so that it is they who close: a
	// server that closes first races with the next request.
	idleTimeout  = 120 * time.Second
	longestHeads = 64 << 10
)

func serveUntilStopped(served *service, host string, port int, signals <-chan os.Signal) error {
	bound, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf(
			"port %d is in use on %s; stop what listens there or set PORT to another", port, host)
	}
	if err != nil {
		return fmt.Errorf("cannot listen: %w; set HOST and PORT to an address that can be bound", err)
	}
	fresh := &freshConnections{open: map[net.Conn]struct{}{}}
	server := &http.Server{
		Handler:           served,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    longestHeads,
		ConnState:         fresh.changed,
		ErrorLog:          slog.NewLogLogger(wrapperLog.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(strictListener{bound}) }()
	slog.Info("listening", "port", bound.Addr().(*net.TCPAddr).Port)
	select {
	case err := <-ended:
		return fmt.Errorf("the server ended by itself: %w", err)
	case received := <-signals:
		slog.Info("draining", "signal", received.String())
	}
	// By then each request that was in hand has had its answer, or its deadline.
	return drain(server, fresh, signals, served.configuration.timeout())
}

func drain(
	server *http.Server, fresh *freshConnections, signals <-chan os.Signal, limit time.Duration,
) error {
	waiting, giveUp := context.WithTimeout(context.Background(), limit)
	defer giveUp()
	go func() {
		<-signals
		giveUp()
	}()
	// Shutdown gives a connection without a request some seconds to send one.
	server.RegisterOnShutdown(fresh.close)
	if err := server.Shutdown(waiting); err != nil {
		return errors.New("stopped before every request was answered")
	}
	return nil
}
