/* The least that a FastCGI program can do with libfcgi: reads the body and gives a fixed answer.
 * What feishu.cgi is measured against. */
#include <fcgiapp.h>
#include <stdlib.h>

int main(void)
{
    static const char answer[] = "Status: 200 OK\r\n"
                                 "Content-Type: application/json; charset=utf-8\r\n"
                                 "Content-Length: 2\r\n"
                                 "\r\n"
                                 "{}";
    char piece[4096];
    FCGX_Request request;
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return EXIT_FAILURE;
    while (FCGX_Accept_r(&request) == 0) {
        while (FCGX_GetStr(piece, (int)sizeof(piece), request.in) == (int)sizeof(piece)) {
        }
        (void)FCGX_PutStr(answer, (int)sizeof(answer) - 1, request.out);
        FCGX_Finish_r(&request);
    }
    return EXIT_SUCCESS;
}
