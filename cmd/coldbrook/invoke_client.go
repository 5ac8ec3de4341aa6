package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
)

// invokeClient is a client of an instance's Invoke API.
type invokeClient struct{ address string }

// errNoInvoke is returned for an instance that has no Invoke API.
var errNoInvoke = errors.New("the instance has no Invoke API")

// do sends a request. What is refused is an *invokeapi.Error.
func (c *invokeClient) do(ctx context.Context, method, path string, body []byte, header http.Header) (*http.Response, []byte, error) {
	if c.address == "" {
		return nil, nil, &hinted{err: errNoInvoke, hint: "it is another version of Coldbrook: coldbrook stop, and start it again"}
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+c.address+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header = header
	// No proxy: it is on loopback. No timeout: a function may take 15 minutes.
	client := http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Timeout: reachTimeout}).DialContext, DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("read answer: %w", err)
	}
	if response.StatusCode/100 != 2 {
		return nil, nil, refusal(response, text)
	}
	return response, text, nil
}

// refusal reads why the platform refused.
func refusal(response *http.Response, text []byte) error {
	var document struct{ Message, Reason string } // message, too: encoding/json does not look at case
	if json.Unmarshal(text, &document) != nil || document.Message == "" {
		document.Message = strings.TrimSpace(string(text))
	}
	return &invokeapi.Error{Status: response.StatusCode, Code: response.Header.Get("X-Amzn-Errortype"),
		Message: document.Message, Reason: document.Reason}
}

func (c *invokeClient) invoke(ctx context.Context, function string, how invokeapi.Type, event []byte) (*invoked, error) {
	header := http.Header{"X-Amz-Invocation-Type": {string(how)}}
	if how == invokeapi.RequestResponse {
		header.Set("X-Amz-Log-Type", "Tail")
	}
	response, text, err := c.do(ctx, http.MethodPost, "/2015-03-31/functions/"+url.PathEscape(function)+"/invocations", event, header)
	if err != nil {
		return nil, c.explain(ctx, function, err)
	}
	h := response.Header
	log, err := base64.StdEncoding.DecodeString(h.Get("X-Amz-Log-Result"))
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	got := &invoked{Status: response.StatusCode, RequestID: h.Get("X-Amzn-Requestid"), FunctionError: h.Get("X-Amz-Function-Error"),
		Version: h.Get("X-Amz-Executed-Version"), Log: string(log), response: text}
	switch {
	case json.Valid(text):
		got.Payload = json.RawMessage(text)
	case len(text) > 0:
		got.Payload = string(text)
	}
	return got, nil
}

// functions returns the names of the functions.
func (c *invokeClient) functions(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var names []string
	for marker := ""; ; {
		_, text, err := c.do(ctx, http.MethodGet, "/2015-03-31/functions?Marker="+url.QueryEscape(marker), nil, http.Header{})
		if err != nil {
			return nil, err
		}
		var list struct {
			NextMarker string
			Functions  []struct{ FunctionName string }
		}
		if err := json.Unmarshal(text, &list); err != nil {
			return nil, err
		}
		for _, f := range list.Functions {
			names = append(names, f.FunctionName)
		}
		if marker = list.NextMarker; marker == "" {
			return names, nil
		}
	}
}

// explain says why an invocation was refused in a sentence, and what to do.
func (c *invokeClient) explain(ctx context.Context, function string, err error) error {
	refused, ok := errors.AsType[*invokeapi.Error](err)
	if !ok {
		return fmt.Errorf("invoke %q: %w", function, err)
	}
	switch refused.Code {
	case "ResourceNotFoundException":
		names, err := c.functions(ctx)
		if err != nil {
			return fmt.Errorf("invoke %q: %w", function, refused)
		}
		hint := "there are " + strings.Join(names, ", ")
		if near := emulator.DidYouMean(function, names); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		} else if len(names) == 0 {
			hint = "the project has no functions"
		}
		return &hinted{err: fmt.Errorf("there is no function %q", function), hint: hint}
	case "TooManyRequestsException":
		return fmt.Errorf("invoke %q: throttled, %s: %s", function, refused.Reason, refused.Message)
	}
	return fmt.Errorf("invoke %q: %w", function, refused)
}
