/* What curl's codes mean to somebody who waits for a completion. */
#include "net/transfer.h"

#include <errno.h>
#include <string.h>

enum detail {
    NO_DETAIL,
    DETAIL,    /* curl's own words help: they follow */
    CA_FILE,   /* behind the name of the file that says whom to trust */
    CERT_FILE, /* behind that of our own certificate */
};

static const struct verdict {
    CURLcode code;
    enum err e;
    enum detail detail;
    const char *sentence;
} verdicts[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, NO_DETAIL,
     "the name was not found; is the network there?"},
    {CURLE_COULDNT_RESOLVE_PROXY, ERR_NETWORK, DETAIL,
     "the proxy's name was not found; see \"proxy\" and https_proxy"},
    {CURLE_PROXY, ERR_NETWORK, DETAIL, "the proxy failed"},
    {CURLE_SSL_CONNECT_ERROR, ERR_TLS, DETAIL, "TLS failed"},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_TLS, CA_FILE,
     "its certificate is not trusted"},
    {CURLE_SSL_CACERT_BADFILE, ERR_TLS, CA_FILE,
     "the trusted certificates can't be read"},
    {CURLE_SSL_CERTPROBLEM, ERR_TLS, CERT_FILE,
     "the client certificate can't be used"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_NETWORK, NO_DETAIL,
     "what answers there is not HTTP"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_NETWORK, NO_DETAIL,
     "what answers there is not HTTP"},
    {CURLE_GOT_NOTHING, ERR_NETWORK, NO_DETAIL,
     "it closed the connection without an answer"},
    {CURLE_PARTIAL_FILE, ERR_NETWORK, NO_DETAIL,
     "the answer broke off before its end"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_NETWORK, NO_DETAIL,
     "the answer could not be unpacked"},
};

static enum err unreachable(const struct transfer *t, struct why *why)
{
    long number = 0;
    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
    const char *where = t->origin.where;
    if (t->origin.loopback && number == ECONNREFUSED)
        return why_set(why, ERR_NETWORK,
                       "%s: connection refused; is the model server running?",
                       where);
    /* A proxy may be what refused: curl says which. */
    return why_set(why, ERR_NETWORK, "%s: no connection: %s (%s)", where,
                   number ? strerror((int)number) : "it failed", t->error);
}

static enum err late(const struct transfer *t, struct why *why)
{
    curl_off_t connected = 0;
    curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
    bool limit_is_total = t->timeout && t->timeout <= t->connect_timeout;
    if (!connected)
        return why_set(
            why, ERR_CONNECT, "%s: no connection within %.3g s",
            t->origin.where,
            (double)(limit_is_total ? t->timeout : t->connect_timeout) / 1e6);
    return why_set(why, t->received ? ERR_TIMEOUT : ERR_SILENT,
                   "%s: no %s within %.3g s", t->origin.where,
                   t->received ? "complete answer" : "answer",
                   (double)t->timeout / 1e6);
}

/* "reset" where it is known; else what curl says. */
static enum err broken(const struct transfer *t, struct why *why)
{
    long number = 0;
    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
    /* What TLS says at last, as that it wants a certificate of ours. */
    if (strstr(t->error, "alert"))
        return why_set(why, ERR_TLS, "%s: TLS failed (%s)", t->origin.where,
                       t->error);
    const char *when =
        t->head_bytes ? "in the middle of the answer" : "before an answer";
    return why_set(why, ERR_NETWORK, "%s: the connection was %s %s",
                   t->origin.where, number == ECONNRESET ? "reset" : "closed",
                   when);
}

static const char *file_of(const struct transfer *t, enum detail detail)
{
    return detail == CA_FILE     ? t->ca_file
           : detail == CERT_FILE ? t->cert_file
                                 : NULL;
}

static enum err look_up(const struct transfer *t, struct why *why)
{
    const char *where = t->origin.where;
    const char *detail = *t->error ? t->error : curl_easy_strerror(t->result);
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        const struct verdict *v = &verdicts[i];
        if (v->code != t->result)
            continue;
        const char *file = file_of(t, v->detail);
        return v->detail
                   ? why_set(why, v->e, "%s: %s%s%s (%s)", where, v->sentence,
                             file ? ": " : "", file ? file : "", detail)
                   : why_set(why, v->e, "%s: %s", where, v->sentence);
    }
    return why_set(why, ERR_NETWORK, "%s: %s", where, detail);
}

enum err transfer_verdict(const struct transfer *t, struct why *why)
{
    long sent = 0;
    why->text[0] = '\0';
    if (t->stopped)
        return why_set(why, t->stopped, "%s: %s", t->origin.where,
                       t->stop_why.text);
    switch (t->result) {
    case CURLE_OK:
        return OK;
    case CURLE_OPERATION_TIMEDOUT:
        return late(t, why);
    case CURLE_COULDNT_CONNECT:
        return unreachable(t, why);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return broken(t, why);
    case CURLE_OUT_OF_MEMORY:
        /* Also what curl 7 says of a single header line over 100 KiB. */
        curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &sent);
        if (sent && !t->received)
            return why_set(why, ERR_TOO_LARGE,
                           "%s: a line of the answer's header is too long",
                           t->origin.where);
        return why_set(why, ERR_MEMORY, "%s: %s", t->origin.where,
                       err_sentence(ERR_MEMORY));
    default:
        return look_up(t, why);
    }
}
