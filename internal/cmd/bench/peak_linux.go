// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// sampling is how often the memory of processes is looked at.
const sampling = 10 * time.Millisecond

// peakOfChildren returns the most memory, in bytes, that a child of a process has had, until the context ends. The system keeps the peak of
// each process, so that what happens between two looks is missed only in the last moment of a process.
func peakOfChildren(ctx context.Context, parent int) (peak int64) {
	ticker := time.NewTicker(sampling)
	defer ticker.Stop()
	for {
		for _, child := range children(parent) {
			peak = max(peak, peakOf(child))
		}
		select {
		case <-ctx.Done():
			return peak
		case <-ticker.C:
		}
	}
}

// children returns the children of all threads of a process. There are none once it has ended.
func children(parent int) (pids []string) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", parent))
	if err != nil {
		return nil
	}
	for _, thread := range threads {
		list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", parent, thread.Name()))
		if err == nil {
			pids = append(pids, strings.Fields(string(list))...)
		}
	}
	return pids
}

// peakOf returns the peak of the resident memory of a process, in bytes; 0 once it has ended.
func peakOf(pid string) int64 {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		fields := strings.Fields(string(line))
		if len(fields) == 3 && fields[0] == "VmHWM:" {
			kB, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return kB << 10
		}
	}
	return 0
}
