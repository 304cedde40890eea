// Connections at their beginning: those that have sent nothing, and those that send no HTTP.
package main

import (
	"errors"
	"net"
	"net/http"
	"sync"
)

var errNoHTTP = errors.New("a request begins with the name of its method")

// Those that have not sent a byte yet, which would hold up the end.
type freshConnections struct {
	mutex sync.Mutex
	open  map[net.Conn]struct{}
	ended bool
}

func (f *freshConnections) changed(connection net.Conn, state http.ConnState) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	switch {
	case state != http.StateNew:
		delete(f.open, connection)
	case f.ended:
		_ = connection.Close()
	default:
		f.open[connection] = struct{}{}
	}
}

func (f *freshConnections) close() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.ended = true
	for connection := range f.open {
		_ = connection.Close()
	}
}

type strictListener struct {
	net.Listener
}

func (l strictListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if tcp, ok := connection.(*net.TCPConn); ok {
		return &strictConnection{TCPConn: tcp}, err
	}
	return connection, err
}

// Fails at once when its first byte begins no request: the server would wait for the end of a
// line, which a client that speaks another protocol may never send.
type strictConnection struct {
	*net.TCPConn
	begun bool
}

func (c *strictConnection) Read(buffer []byte) (int, error) {
	count, err := c.TCPConn.Read(buffer)
	if count > 0 && !c.begun {
		c.begun = true
		if first := buffer[0] | 0x20; first < 'a' || first > 'z' {
			return 0, errNoHTTP
		}
	}
	return count, err
}
