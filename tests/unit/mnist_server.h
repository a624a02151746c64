/* mnist_server.h: for test_download.c: a made-up MNIST of 2 + 2 pictures, and a server on 127.0.0.1 that sends it, well
 * or badly. */
#ifndef MNIST_SERVER_H
#define MNIST_SERVER_H

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <zlib.h>

#include "base/memory.h"
#include "data/data.h"
#include "data/download.h"
#include "data/idx_folder.h"
#include "file/files.h"

/* ---- the made-up MNIST: 2 + 2 pictures of 28x28 ------------------------------------------------- */

typedef struct blob {
  unsigned char data[4096];
  size_t size;
} blob;

static blob zipped[DNP_IDX_FILES];       /* what a good server sends */
static blob false_zipped[DNP_IDX_FILES]; /* as good, but other pixels */
static char digest[DNP_IDX_FILES][65];
static const char *sha256[DNP_IDX_FILES];

static void zip(const unsigned char *data, size_t size, blob *out) {
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  z.next_in = (unsigned char *)(uintptr_t)data;
  z.avail_in = (uInt)size;
  z.next_out = out->data;
  z.avail_out = sizeof out->data;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  out->size = z.total_out;
  deflateEnd(&z);
}

static int make_files(void **state) {
  (void)state;
  signal(SIGPIPE, SIG_IGN); /* the servers write to clients that have gone */
  for (char *const *name = (char *[]){"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
       *name != NULL; name++)
    unsetenv(*name);
  for (size_t i = 0; i < DNP_IDX_FILES; i++) {
    unsigned char plain[16 + 2 * 784] = {0, 0, 8, i % 2 == 0 ? 3 : 1, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28};
    size_t header = i % 2 == 0 ? 16 : 8, size = i % 2 == 0 ? 2 * 784 : 2;
    for (size_t k = 0; k < size; k++) plain[header + k] = (unsigned char)((k + i) % 10);
    zip(plain, header + size, &zipped[i]);
    dnp_sha256 *sha;
    assert_int_equal(dnp_sha256_open(&sha, NULL), DENPA_OK);
    dnp_sha256_add(sha, plain, header + size);
    dnp_sha256_close(sha, digest[i]);
    sha256[i] = digest[i];
    plain[header] ^= 1;
    zip(plain, header + size, &false_zipped[i]);
  }
  return 0;
}

/* ---- a server ---------------------------------------------------------------------------------- */

enum behaviour {
  GOOD,
  FALSE_CONTENT,
  NOT_GZIP,
  TRAILING,
  CUT,
  STALL,
  SILENT,
  MISSING,
  FORBIDDEN,
  REDIRECT,
  LOOP,
  TO_FILE,
  OVERSIZED_TOLD,
  OVERSIZED_SENT,
  LACKS_LAST,
  EMPTY
};

typedef struct server {
  enum behaviour behaviour;
  int listener;
  unsigned port;
  char base[64];
  atomic_int stop, requests;
  pthread_t thread;
} server;

static void put(int client, const void *data, size_t size) {
  const char *from = data;
  while (size > 0) {
    ssize_t sent = send(client, from, size, 0);
    if (sent <= 0) return;
    from += sent;
    size -= (size_t)sent;
  }
}

static void put_head(int client, const char *line, size_t length, const char *more) {
  char head[512];
  int size = snprintf(
      head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n", line, length, more);
  put(client, head, (size_t)size);
}

static void put_file(int client, const void *data, size_t size) {
  put_head(client, "200 OK", size, "");
  put(client, data, size);
}

/* Until the client goes, or the test ends, at most 15 seconds. */
static void wait_for_end(server *s, int client) {
  for (int i = 0; i < 150 && !atomic_load(&s->stop); i++) {
    char byte;
    struct pollfd watched = {.fd = client, .events = POLLIN};
    if (poll(&watched, 1, 100) > 0 && recv(client, &byte, 1, 0) <= 0) return;
  }
}

static void put_too_much(int client) {
  static const char zeros[1 << 16];
  static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  put(client, head, sizeof head - 1);
  for (size_t i = 0; i < (21u << 20) / sizeof zeros; i++)
    if (send(client, zeros, sizeof zeros, 0) < 0) return;
}

static void answer(server *s, int client, const char *request) {
  size_t which = 0;
  char more[128];
  while (which < DNP_IDX_FILES && strstr(request, dnp_idx_name(which)) == NULL) which++;
  if (which == DNP_IDX_FILES) return;
  const blob *file = &zipped[which];
  switch (s->behaviour) {
    case GOOD: put_file(client, file->data, file->size); break;
    case FALSE_CONTENT: put_file(client, false_zipped[which].data, false_zipped[which].size); break;
    case NOT_GZIP: put_file(client, "<html>please log in</html>", 26); break;
    case TRAILING:
      put_head(client, "200 OK", file->size + 3, "");
      put(client, file->data, file->size);
      put(client, "abc", 3);
      break;
    case CUT:
      put_head(client, "200 OK", file->size, "");
      put(client, file->data, file->size / 2);
      break;
    case STALL:
      put_head(client, "200 OK", file->size, "");
      put(client, file->data, 5);
      wait_for_end(s, client);
      break;
    case SILENT: wait_for_end(s, client); break;
    case MISSING: put_head(client, "404 Not Found", 0, ""); break;
    case FORBIDDEN: put_head(client, "403 Forbidden", 0, ""); break;
    case REDIRECT:
      if (strstr(request, "GET /moved/") != NULL) {
        put_file(client, file->data, file->size);
        break;
      }
      snprintf(more, sizeof more, "Location: /moved/%s.gz\r\n", dnp_idx_name(which));
      put_head(client, "302 Found", 0, more);
      break;
    case LOOP:
      snprintf(more, sizeof more, "Location: /%s.gz\r\n", dnp_idx_name(which));
      put_head(client, "302 Found", 0, more);
      break;
    case TO_FILE: put_head(client, "302 Found", 0, "Location: file:///etc/hostname\r\n"); break;
    case OVERSIZED_TOLD:
      put_head(client, "200 OK", (20u << 20) + 1, "");
      wait_for_end(s, client);
      break;
    case OVERSIZED_SENT: put_too_much(client); break;
    case LACKS_LAST:
      if (which == DNP_IDX_FILES - 1)
        put_head(client, "404 Not Found", 0, "");
      else
        put_file(client, file->data, file->size);
      break;
    case EMPTY: break;
  }
}

static void *serve(void *context) {
  server *s = context;
  while (!atomic_load(&s->stop)) {
    struct pollfd watched = {.fd = s->listener, .events = POLLIN};
    if (poll(&watched, 1, 50) <= 0) continue;
    int client = accept(s->listener, NULL, NULL);
    if (client < 0) continue;
    char request[2048];
    size_t size = 0;
    request[0] = '\0';
    while (size < sizeof request - 1 && strstr(request, "\r\n\r\n") == NULL) {
      struct pollfd reading = {.fd = client, .events = POLLIN};
      ssize_t got = poll(&reading, 1, 2000) > 0 ? recv(client, request + size, sizeof request - 1 - size, 0) : 0;
      if (got <= 0) break;
      size += (size_t)got;
      request[size] = '\0';
    }
    atomic_fetch_add(&s->requests, 1);
    answer(s, client, request);
    shutdown(client, SHUT_RDWR);
    close(client);
  }
  return NULL;
}

static int listen_somewhere(unsigned *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(listener >= 0);
  assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
  *port = ntohs(address.sin_port);
  return listener;
}

static void start(server *s, enum behaviour behaviour) {
  *s = (server){.behaviour = behaviour};
  s->listener = listen_somewhere(&s->port);
  assert_int_equal(listen(s->listener, 16), 0);
  snprintf(s->base, sizeof s->base, "http://127.0.0.1:%u/", s->port);
  assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void end(server *s) {
  atomic_store(&s->stop, 1);
  pthread_join(s->thread, NULL);
  close(s->listener);
}

#endif
