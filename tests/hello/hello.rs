// SPDX-License-Identifier: MIT
//
// Loses 3 blocks of 100 bytes: one that is leaked, one that is forgotten, and one that is made raw. The system's allocator is Rust's own
// default.
use std::hint::black_box;

#[inline(never)]
fn lose() {
    black_box(Box::leak(Box::new([1u8; 100])));
    std::mem::forget(black_box(vec![2u8; 100]));
    black_box(Box::into_raw(Box::new([3u8; 100])));
}

// So that no address of a block is left on the stack.
#[inline(never)]
fn clear_stack() {
    black_box([0u8; 4096]);
}

fn main() {
    lose();
    clear_stack();
    println!("hello");
}
