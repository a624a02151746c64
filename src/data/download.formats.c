/* download.formats.c: one file over https, into memory, by libcurl, which is loaded for the first one: it brings some
 * thirty libraries with it, and to load these takes longer than most commands run. It knows nothing of what it
 * downloads and writes no file. Called by mnist.formats.c. */
#include "data/download.h"

#include <assert.h>
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { REDIRECTS = 5, STALL_BYTES = 1000 /* a second */, FIRST_ROOM = 1 << 16 };

typedef struct body {
  const dnp_download *what;
  unsigned char *data;
  size_t size, room;
  int too_large, cancelled;
  denpa_status status; /* of the memory */
  denpa_error *err;
} body;

/* The functions that are used: their names in libcurl and their types. */
#define FUNCTIONS(X) \
  X(curl_global_init, CURLcode (*global_init)(long)) \
  X(curl_easy_init, CURL *(*easy_init)(void)) \
  X(curl_easy_setopt, CURLcode (*set)(CURL *, CURLoption, ...)) \
  X(curl_easy_perform, CURLcode (*perform)(CURL *)) \
  X(curl_easy_getinfo, CURLcode (*get)(CURL *, CURLINFO, ...)) \
  X(curl_easy_cleanup, void (*cleanup)(CURL *))

/* law: libcurl is loaded once, and before 7.84 it must be initialised by one thread alone. */
static pthread_once_t curl_started = PTHREAD_ONCE_INIT;
static struct {
#define X(name, member) member;
  FUNCTIONS(X)
#undef X
} curl_functions;
static const char *const names[] = {
#define X(name, member) #name,
    FUNCTIONS(X)
#undef X
};
static int curl_is_there;

static void start_curl(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL); /* as some systems have it */
  if (library == NULL) return;
  void *found[sizeof names / sizeof *names];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if ((found[i] = dlsym(library, names[i])) == NULL) return;
  static_assert(sizeof found == sizeof curl_functions, "a pointer a function");
  memcpy(&curl_functions, found, sizeof found);
  curl_is_there = curl_functions.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static size_t receive(char *data, size_t one, size_t size, void *context) {
  body *b = context;
  size *= one;
  if (size > b->what->limit - b->size) {
    b->too_large = 1;
    return 0;
  }
  if (size > b->room - b->size) {
    size_t room = b->room > 0 ? b->room : FIRST_ROOM;
    while (size > room - b->size) room *= 2; /* ends: the limit is far below half of what a size_t holds */
    b->status = dnp_grow((void **)&b->data, b->size, room, 1, b->err);
    if (b->status != DENPA_OK) return 0;
    b->room = room;
  }
  memcpy(b->data + b->size, data, size);
  b->size += size;
  return size;
}

static int report(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up_done) {
  body *b = context;
  (void)up_total, (void)up_done;
  b->cancelled = b->what->progress(b->what->context, done > 0 ? (uint64_t)done : 0, total > 0 ? (uint64_t)total : 0) !=
                 0;
  return b->cancelled;
}

/* ---- reasons ----------------------------------------------------------------------------------- */

static const struct {
  CURLcode code;
  const char *text;
} reasons[] = {
    {CURLE_COULDNT_RESOLVE_HOST, DNP_N("the name of the server is not known; is there a network?")},
    {CURLE_COULDNT_RESOLVE_PROXY, DNP_N("the name of the proxy is not known")},
    {CURLE_COULDNT_CONNECT, DNP_N("no connection")},
    {CURLE_TOO_MANY_REDIRECTS, DNP_N("more than 5 redirects")},
    {CURLE_UNSUPPORTED_PROTOCOL, DNP_N("the address, or one that it redirects to, is not https")},
    {CURLE_URL_MALFORMAT, DNP_N("this is not a valid address")},
    {CURLE_PARTIAL_FILE, DNP_N("the connection broke off")},
    {CURLE_RECV_ERROR, DNP_N("the connection broke off")},
    {CURLE_SEND_ERROR, DNP_N("the connection broke off")},
    {CURLE_GOT_NOTHING, DNP_N("the connection broke off")},
    {CURLE_FILESIZE_EXCEEDED, DNP_N("the file is larger than it may be")},
    {CURLE_PEER_FAILED_VERIFICATION, DNP_N("the server's certificate was not accepted")},
    {CURLE_SSL_CACERT_BADFILE, DNP_N("the certificates of this machine cannot be read (package ca-certificates)")},
    {CURLE_SSL_CONNECT_ERROR, DNP_N("no secure connection")},
};

static const struct {
  long from, to;
  const char *text;
} answers[] = {
    {403, 403, DNP_N("the server refuses to hand it out (HTTP 403)")},
    {404, 404, DNP_N("the server does not have it (HTTP 404)")},
    {429, 429, DNP_N("the server asks us to come later (HTTP 429)")},
    {500, 599, DNP_N("the server has trouble of its own (HTTP 5xx)")},
};

static const char *reason_of(CURL *curl, CURLcode code, const body *b) {
  if (b->too_large) code = CURLE_FILESIZE_EXCEEDED;
  if (code == CURLE_OK || code == CURLE_HTTP_RETURNED_ERROR) {
    long answer = 0;
    curl_functions.get(curl, CURLINFO_RESPONSE_CODE, &answer);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
      if (answer >= answers[i].from && answer <= answers[i].to) return answers[i].text;
    return DNP_N("the server answered with something else than the file");
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    double connected = 0.0;
    curl_functions.get(curl, CURLINFO_PRETRANSFER_TIME, &connected);
    return connected > 0.0 ? DNP_N("it sends too slowly or not at all") : DNP_N("no connection in time");
  }
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (code == reasons[i].code) return reasons[i].text;
  return DNP_N("the transfer failed");
}

/* ---- the transfer ------------------------------------------------------------------------------ */

static void set_protocols(CURL *curl, const dnp_download *what) {
  CURLcode (*set)(CURL *, CURLoption, ...) = curl_functions.set;
  int plain = what->plain_http && strncmp(what->url, "http://", 7) == 0;
#if LIBCURL_VERSION_NUM >= 0x075500
  const char *protocols = plain ? "http,https" : "https";
  set(curl, CURLOPT_PROTOCOLS_STR, protocols);
  set(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
#else
  long protocols = plain ? CURLPROTO_HTTP | CURLPROTO_HTTPS : CURLPROTO_HTTPS;
  set(curl, CURLOPT_PROTOCOLS, protocols);
  set(curl, CURLOPT_REDIR_PROTOCOLS, protocols);
#endif
}

static void set_options(CURL *curl, const dnp_download *what, body *b) {
  CURLcode (*set)(CURL *, CURLoption, ...) = curl_functions.set;
  set_protocols(curl, what);
  set(curl, CURLOPT_URL, what->url);
  set(curl, CURLOPT_USERAGENT, "denpa/" DENPA_VERSION);
  set(curl, CURLOPT_NOSIGNAL, 1L); /* other threads of the program must not be interrupted */
  set(curl, CURLOPT_FAILONERROR, 1L);
  set(curl, CURLOPT_FOLLOWLOCATION, 1L);
  set(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
  set(curl, CURLOPT_CONNECTTIMEOUT, what->connect_seconds);
  set(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
  set(curl, CURLOPT_LOW_SPEED_TIME, what->stall_seconds);
  /* what is announced; receive() counts what comes */
  set(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)what->limit);
  set(curl, CURLOPT_WRITEFUNCTION, receive);
  set(curl, CURLOPT_WRITEDATA, b);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* with the plug pulled a name look-up can outlast the time to connect: do not wait for it */
  set(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
  if (what->progress == NULL) return;
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, report);
  set(curl, CURLOPT_XFERINFODATA, b);
}

static denpa_status transfer(CURL *curl, body *b, const char **reason, denpa_error *err) {
  long answer = 0;
  CURLcode code = curl_functions.perform(curl);
  curl_functions.get(curl, CURLINFO_RESPONSE_CODE, &answer);
  if (code == CURLE_OK && answer == 200) return DENPA_OK;
  if (b->status != DENPA_OK) return b->status;
  if (b->cancelled) return dnp_fail(err, DENPA_ERROR_CANCELLED, "{1}: the download was stopped", dnp_s(b->what->url));
  if (code == CURLE_OUT_OF_MEMORY)
    return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory to download it", dnp_s(b->what->url));
  *reason = reason_of(curl, code, b);
  return dnp_fail(err, DENPA_ERROR_NETWORK, "{1}: {2}", dnp_s(b->what->url), dnp_t(*reason));
}

denpa_status dnp_download_get(
    const dnp_download *what, unsigned char **data, size_t *size, const char **reason, denpa_error *err) {
  body b = {.what = what, .err = err};
  *data = NULL;
  *size = 0;
  *reason = NULL;
  pthread_once(&curl_started, start_curl);
  if (!curl_is_there) {
    *reason = DNP_N("libcurl cannot be loaded (package libcurl4)");
    return dnp_fail(err, DENPA_ERROR_NETWORK, "{1}: {2}", dnp_s(what->url), dnp_t(*reason));
  }
  CURL *curl = curl_functions.easy_init();
  if (curl == NULL) return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory to download it", dnp_s(what->url));
  set_options(curl, what, &b);
  denpa_status status = transfer(curl, &b, reason, err);
  curl_functions.cleanup(curl);
  if (status != DENPA_OK) {
    dnp_free(b.data);
    return status;
  }
  *data = b.data;
  *size = b.size;
  return DENPA_OK;
}
