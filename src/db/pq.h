/* pq.h - libpq, loaded when a database is a PostgreSQL.
 *
 * It brings TLS, Kerberos and LDAP along, five megabytes of an idle program,
 * and an installation on SQLite needs none of them.  So it is opened by name,
 * once, and called through this table: pq.PQexec(...). */
#pragma once
#include <libpq-fe.h>
#include <stdbool.h>

#define PQ_FUNCTIONS(f)                                                                           \
    f(PQconninfoParse) f(PQconninfoFree) f(PQconnectdbParams) f(PQconnectStartParams)             \
        f(PQconnectPoll) f(PQsetErrorVerbosity) f(PQfinish) f(PQstatus) f(PQtransactionStatus)    \
            f(PQparameterStatus) f(PQserverVersion) f(PQbackendPID) f(PQsocket) f(PQerrorMessage) \
                f(PQsetNoticeReceiver) f(PQexec) f(PQexecParams) f(PQprepare)                     \
                    f(PQdescribePrepared) f(PQexecPrepared) f(PQsendQueryPrepared)                \
                        f(PQsetSingleRowMode) f(PQgetResult) f(PQgetCancel) f(PQcancel)           \
                            f(PQfreeCancel) f(PQresultStatus) f(PQresultErrorField) f(PQclear)    \
                                f(PQntuples) f(PQnfields) f(PQnparams) f(PQparamtype) f(PQfname)  \
                                    f(PQftype) f(PQgetisnull) f(PQgetvalue) f(PQgetlength)        \
                                        f(PQcmdTuples) f(PQcmdStatus) f(PQconsumeInput)           \
                                            f(PQnotifies) f(PQfreemem) f(PQenterPipelineMode)     \
                                                f(PQexitPipelineMode) f(PQpipelineSync)           \
                                                    f(PQsendQueryParams) f(PQputCopyData)         \
                                                        f(PQputCopyEnd)

struct pq {
#define POINTER(name) __typeof__(name) *name;
    PQ_FUNCTIONS(POINTER)
#undef POINTER
};
extern struct pq pq;

/* False if the library is not installed.  Any thread; the first call loads. */
bool pq_load(void);
