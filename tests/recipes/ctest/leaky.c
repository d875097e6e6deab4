#include <stdlib.h>

static char *volatile last;

static void make(void)
{
    last = malloc(100);
    last = malloc(7);
    last = NULL;
}

int main(void)
{
    make();
    return 0;
}
