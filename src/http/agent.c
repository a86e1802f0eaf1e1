/* agent.c - see agent.h */
#include "http/agent.h"

#include <string.h>

#include "http/agent.text.h"

const char *agent_words(struct cx *cx, const char *agent)
{
    static const struct {
        const char *sign, *word;
    } browsers[] = { { "Edg/", "Edge" },        { "OPR/", "Opera" },
                     { "Firefox/", "Firefox" }, { "HeadlessChrome/", "Chrome" },
                     { "Chrome/", "Chrome" },   { "CriOS/", "Chrome" },
                     { "FxiOS/", "Firefox" },   { "Safari/", "Safari" },
                     { "curl/", "curl" } },
      systems[] = { { "iPhone", "iPhone" },   { "iPad", "iPad" },    { "Android", "Android" },
                    { "Windows", "Windows" }, { "Mac OS X", "Mac" }, { "CrOS", "ChromeOS" },
                    { "Linux", "Linux" } };
    const char *browser = NULL, *system = NULL;
    for (size_t i = 0; agent && !browser && i < sizeof browsers / sizeof *browsers; i++)
        if (strstr(agent, browsers[i].sign)) browser = browsers[i].word;
    for (size_t i = 0; agent && !system && i < sizeof systems / sizeof *systems; i++)
        if (strstr(agent, systems[i].sign)) system = systems[i].word;
    if (!browser) return SAY(agent_unknown);
    return system ? SAY(agent_on, browser, system) : browser;
}
