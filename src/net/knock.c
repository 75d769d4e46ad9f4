#include "net/knock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HTTP_PORT = 80 };

union place {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

static int port_of(const char *host)
{
    const char *bracket = strchr(host, ']');
    const char *colon = strchr(bracket ? bracket : host, ':');
    return colon ? atoi(colon + 1) : HTTP_PORT;
}

/* A name that is no number is one of this machine's. */
static socklen_t read_place(const char *address, union place *at)
{
    const char *host = strstr(address, "://");
    char name[64] = "";
    memset(at, 0, sizeof *at);
    host = host ? host + 3 : address;
    in_port_t port = htons((uint16_t)port_of(host));
    if (host[0] == '[') {
        at->six.sin6_family = AF_INET6;
        at->six.sin6_port = port;
        at->six.sin6_addr = in6addr_loopback;
        return sizeof at->six;
    }
    size_t len = strcspn(host, ":/");
    if (len < sizeof name)
        memcpy(name, host, len);
    at->four.sin_family = AF_INET;
    at->four.sin_port = port;
    if (inet_pton(AF_INET, name, &at->four.sin_addr) != 1)
        at->four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof at->four;
}

enum knock knock_at(const char *address, int *fd)
{
    union place at;
    socklen_t size = read_place(address, &at);
    *fd = socket(at.any.sa_family, SOCK_STREAM, 0);
    if (*fd < 0)
        return KNOCK_CLOSED;
    fcntl(*fd, F_SETFD, FD_CLOEXEC);
    fcntl(*fd, F_SETFL, O_NONBLOCK);
    int bad = connect(*fd, &at.any, size) ? errno : 0;
    if (bad == EINPROGRESS)
        return KNOCK_WAIT;
    knock_away(fd);
    return bad ? KNOCK_CLOSED : KNOCK_OPEN;
}

enum knock knock_look(int *fd)
{
    struct pollfd p = {*fd, POLLOUT, 0};
    int bad = 0;
    socklen_t size = sizeof bad;
    if (poll(&p, 1, 0) == 0)
        return KNOCK_WAIT;
    if (getsockopt(*fd, SOL_SOCKET, SO_ERROR, &bad, &size))
        bad = errno;
    knock_away(fd);
    return bad ? KNOCK_CLOSED : KNOCK_OPEN;
}

void knock_away(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
