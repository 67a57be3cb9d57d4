/*
 * Preloaded into a process under test: the n-th call that touches a file below HILUM_FAULT_DIR fails with a chosen errno,
 * once. It stands between libc and its callers, so that Node's file calls and SQLite's own are met alike. The state is a
 * mapped file (HILUM_FAULT_STATE): int64 seen, at (0: none), errno, injected; then the name of the call that failed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct state {
  _Atomic long long seen, at, error, injected;
  char what[64];
};
static struct state *state;
static const char *folder;
static size_t folder_length;
#define FDS 65536
static _Atomic char ours[FDS];

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("HILUM_FAULT_STATE");
  folder = getenv("HILUM_FAULT_DIR");
  if (!file || !folder) return;
  folder_length = strlen(folder);
  int fd = open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) state = mapped;
}

/* Counts a call; true when it is the one to fail. */
static int fails(const char *what) {
  if (!state) return 0;
  long long number = atomic_fetch_add(&state->seen, 1) + 1;
  if (number != atomic_load(&state->at)) return 0;
  atomic_store(&state->at, 0);
  strncpy(state->what, what, sizeof state->what - 1);
  atomic_fetch_add(&state->injected, 1);
  errno = (int)atomic_load(&state->error);
  return 1;
}
static int below(const char *path) {
  return state && path && strncmp(path, folder, folder_length) == 0;
}
/* libuv closes by a system call of its own, so that a number may by now be something else: asked of the kernel. */
static int fd_below(int fd) {
  if (!state || fd < 0 || fd >= FDS || !ours[fd]) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  if (!below(path)) ours[fd] = 0;
  return ours[fd];
}
static int opened(int fd, const char *path) {
  if (fd >= 0 && fd < FDS) ours[fd] = below(path);
  return fd;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
      va_list rest; \
      va_start(rest, flags); \
      mode = va_arg(rest, mode_t); \
      va_end(rest); \
    } \
    if (below(path) && fails("open")) return -1; \
    return opened(real(path, flags, mode), path); \
  }
OPEN(open)
OPEN(open64)

#define ON_FD(type, name, label, declared, passed) \
  type name declared { \
    REAL(name); \
    if (fd_below(fd) && fails(label)) return -1; \
    return real passed; \
  }
ON_FD(ssize_t, read, "read", (int fd, void *to, size_t n), (fd, to, n))
ON_FD(ssize_t, pread, "read", (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
ON_FD(ssize_t, pread64, "read", (int fd, void *to, size_t n, off64_t at), (fd, to, n, at))
ON_FD(ssize_t, write, "write", (int fd, const void *from, size_t n), (fd, from, n))
ON_FD(ssize_t, pwrite, "write", (int fd, const void *from, size_t n, off_t at), (fd, from, n, at))
ON_FD(ssize_t, pwrite64, "write", (int fd, const void *from, size_t n, off64_t at), (fd, from, n, at))
ON_FD(ssize_t, writev, "write", (int fd, const struct iovec *v, int n), (fd, v, n))
ON_FD(ssize_t, pwritev, "write", (int fd, const struct iovec *v, int n, off_t at), (fd, v, n, at))
ON_FD(ssize_t, pwritev64, "write", (int fd, const struct iovec *v, int n, off64_t at), (fd, v, n, at))
ON_FD(int, fsync, "sync", (int fd), (fd))
ON_FD(int, fdatasync, "sync", (int fd), (fd))
ON_FD(int, ftruncate, "truncate", (int fd, off_t n), (fd, n))
ON_FD(int, ftruncate64, "truncate", (int fd, off64_t n), (fd, n))
ON_FD(int, fchmod, "chmod", (int fd, mode_t mode), (fd, mode))

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < FDS) ours[fd] = 0;
  return real(fd);
}

#define ON_PATH(type, bad, name, label, path, declared, passed) \
  type name declared { \
    REAL(name); \
    if (below(path) && fails(label)) return bad; \
    return real passed; \
  }
ON_PATH(int, -1, rename, "rename", to, (const char *from, const char *to), (from, to))
ON_PATH(int, -1, unlink, "unlink", file, (const char *file), (file))
ON_PATH(int, -1, remove, "unlink", file, (const char *file), (file))
ON_PATH(int, -1, mkdir, "mkdir", file, (const char *file, mode_t mode), (file, mode))
ON_PATH(int, -1, rmdir, "rmdir", file, (const char *file), (file))
ON_PATH(int, -1, chmod, "chmod", file, (const char *file, mode_t mode), (file, mode))
ON_PATH(DIR *, NULL, opendir, "list", file, (const char *file), (file))
ON_PATH(FILE *, NULL, fopen, "open", file, (const char *file, const char *mode), (file, mode))
ON_PATH(FILE *, NULL, fopen64, "open", file, (const char *file, const char *mode), (file, mode))
typedef int (*filter)(const struct dirent *);
typedef int (*order)(const struct dirent **, const struct dirent **);
ON_PATH(int, -1, scandir, "list", file, (const char *file, struct dirent ***to, filter f, order o), (file, to, f, o))
typedef int (*filter64)(const struct dirent64 *);
typedef int (*order64)(const struct dirent64 **, const struct dirent64 **);
ON_PATH(int, -1, scandir64, "list", file, (const char *file, struct dirent64 ***to, filter64 f, order64 o), (file, to, f, o))
