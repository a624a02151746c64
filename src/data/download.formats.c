/* download.formats.c: one file over https, into memory, by libcurl. It knows nothing of what it downloads and writes no
 * file. Called by mnist.formats.c. */
#include "data/download.h"

#include <curl/curl.h>
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

/* law: libcurl before 7.84 must be initialised by one thread alone. */
static pthread_once_t curl_started = PTHREAD_ONCE_INIT;
static void start_curl(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

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
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
      if (answer >= answers[i].from && answer <= answers[i].to) return answers[i].text;
    return DNP_N("the server answered with something else than the file");
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    double connected = 0.0;
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME, &connected);
    return connected > 0.0 ? DNP_N("it sends too slowly or not at all") : DNP_N("no connection in time");
  }
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (code == reasons[i].code) return reasons[i].text;
  return DNP_N("the transfer failed");
}

/* ---- the transfer ------------------------------------------------------------------------------ */

static void set_protocols(CURL *curl, const dnp_download *what) {
  int plain = what->plain_http && strncmp(what->url, "http://", 7) == 0;
#if LIBCURL_VERSION_NUM >= 0x075500
  const char *protocols = plain ? "http,https" : "https";
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
#else
  long protocols = plain ? CURLPROTO_HTTP | CURLPROTO_HTTPS : CURLPROTO_HTTPS;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, protocols);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, protocols);
#endif
}

static void set_options(CURL *curl, const dnp_download *what, body *b) {
  set_protocols(curl, what);
  curl_easy_setopt(curl, CURLOPT_URL, what->url);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "denpa/" DENPA_VERSION);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L); /* other threads of the program must not be interrupted */
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, what->connect_seconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, what->stall_seconds);
  /* what is announced; receive() counts what comes */
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)what->limit);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, b);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* with the plug pulled a name look-up can outlast the time to connect: do not wait for it */
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
  if (what->progress == NULL) return;
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, report);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, b);
}

static denpa_status transfer(CURL *curl, body *b, const char **reason, denpa_error *err) {
  long answer = 0;
  CURLcode code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
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
  CURL *curl = curl_easy_init();
  if (curl == NULL) return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory to download it", dnp_s(what->url));
  set_options(curl, what, &b);
  denpa_status status = transfer(curl, &b, reason, err);
  curl_easy_cleanup(curl);
  if (status != DENPA_OK) {
    dnp_free(b.data);
    return status;
  }
  *data = b.data;
  *size = b.size;
  return DENPA_OK;
}
