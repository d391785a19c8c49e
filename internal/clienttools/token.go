// SPDX-License-Identifier: MPL-2.0

package clienttools

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"unicode"
)

// mostToken is the size of the largest file that is read as a token. Tokens have less than a hundred bytes.
const mostToken = 16 << 10

// Reasons why a token cannot be used.
var (
	ErrTokenEmpty   = errors.New("the file is empty")
	ErrTokenInvalid = errors.New("the token has spaces or control characters in it, so it is not one token as puppet-access login writes it")
	ErrTokenMark    = errors.New("it begins with a byte order mark, as PowerShell and some editors write one; write the token alone, as " +
		"plain ASCII text")
	ErrTokenQuoted = errors.New("it has quotes in it; write the token alone, without quotes")
	ErrTokenJSON   = errors.New("it is JSON; write the token alone, which is the value of \"token\" in the answer of RBAC, without quotes")
)

// ReadTokenFile returns the token in a file, without the white space around it. The error wraps [fs.ErrNotExist], [ErrNotAFile],
// [ErrTooLarge], or one of the reasons why a token cannot be used, and never holds the token.
func ReadTokenFile(file string) (string, error) {
	text, err := ReadFile(file, mostToken)
	if err != nil {
		return "", fmt.Errorf("reading the token file: %w", err)
	}
	token, err := CleanToken(string(text))
	if err != nil {
		return "", fmt.Errorf("reading the token file %s: %w", file, err)
	}
	return token, nil
}

// byteOrderMarks are those of UTF-8 and of both kinds of UTF-16.
var byteOrderMarks = []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"}

// CleanToken returns a token without the white space around it. The error is one of the reasons why a token cannot be used.
func CleanToken(text string) (string, error) {
	token := strings.TrimSpace(text)
	for _, mark := range byteOrderMarks {
		if strings.HasPrefix(token, mark) {
			return "", ErrTokenMark
		}
	}
	switch {
	case token == "":
		return "", ErrTokenEmpty
	case strings.ContainsAny(token[:1], "{["):
		return "", ErrTokenJSON
	case strings.ContainsAny(token, "\"'`“”‘’"):
		return "", ErrTokenQuoted
	case strings.ContainsFunc(token, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r > unicode.MaxASCII }):
		return "", ErrTokenInvalid
	}
	return token, nil
}

// OthersMayRead reports whether other users of this machine may read a file, by its mode. Windows keeps that elsewhere.
func OthersMayRead(file string) (mode fs.FileMode, others bool) {
	info, err := os.Stat(file)
	if err != nil || runtime.GOOS == "windows" {
		return 0, false
	}
	mode = info.Mode().Perm()
	return mode, mode&0o044 != 0
}
