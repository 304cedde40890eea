// Starts the function as an HTTP server; run in the app folder.
package main

import (
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	function "function"
)

func main() {
	slog.SetDefault(slog.New(newLogHandler(os.Stdout)))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	if err := run(adapted(function.Handle), signals); err != nil {
		wrapperLog.Error(err.Error())
		os.Exit(1)
	}
}

func run(handle handler, signals <-chan os.Signal) error {
	described, err := readConfiguration("runtime/function.json", os.Getenv("FUNCTION_SETTINGS"))
	if err != nil {
		return err
	}
	host, port, err := listenAddress(os.Getenv("HOST"), os.Getenv("PORT"))
	if err != nil {
		return err
	}
	served := &service{configuration: described, handle: handle, metrics: newMetrics()}
	return serveUntilStopped(served, host, port, signals)
}
