// SPDX-License-Identifier: MIT
//
// Takes memory from Go's own allocator, which frees what nobody uses: nothing that is lost.
package main

import "fmt"

var kept [][]byte

func main() {
	for i := 0; i < 3; i++ {
		kept = append(kept, make([]byte, 100))
	}
	fmt.Println("hello")
}
