// SPDX-License-Identifier: MIT
//
// Loses 3 blocks of 100 bytes of C's malloc, which Go does not free.
package main

/*
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static void lose(void)
{
	void *volatile block = malloc(100);

	memset(block, 1, 100);
}

// So that no address of a block is left on the stack.
__attribute__((noinline)) static void clear_stack(void)
{
	char space[4096];

	explicit_bzero(space, sizeof space);
}
*/
import "C"
import "fmt"

func main() {
	for i := 0; i < 3; i++ {
		C.lose()
	}
	C.clear_stack()
	fmt.Println("hello")
}
