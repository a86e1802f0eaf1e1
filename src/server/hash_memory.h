/* hash_memory.h - the memory Argon2id works in, kept from one hash to the next.
 *
 * libsodium takes it from the kernel before every hash and gives it back after:
 * 19 MiB that the kernel clears page by page, a quarter of the whole time.  A
 * thread that does little else keeps it instead, in huge pages where the machine
 * has them, and gives it back when it rests (docs/decisions/028-…).
 *
 * What a hash leaves behind stays in it until the next hash, or the rest: out of
 * core files, and readable by nobody but this process. */
#pragma once
#include <stddef.h>
#include <sys/types.h>

/* From now on this thread keeps what its hashes work in.  A second time: nothing. */
void hash_memory_keep(void);

/* Gives back what this thread keeps; its next hash takes anew.  Call it on each
 * thread that keeps, before it ends and when it has nothing to do. */
void hash_memory_rest(void);

/* Bytes that this thread keeps: 0 before its first hash and after a rest. */
size_t hash_memory_kept(void);

/* What libsodium calls for mmap and munmap (see the Makefile), with their arguments
 * and answers.  Threads that keep nothing, and whatever is no working memory, get
 * mmap and munmap themselves. */
void *hash_memory_take(void *, size_t, int protection, int flags, int file, off_t);
int hash_memory_give(void *, size_t);
