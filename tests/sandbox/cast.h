/* Pure. Who and what there is in the sandbox. */
#ifndef SANDBOX_CAST_H
#define SANDBOX_CAST_H

#define CAST_TENANT        "sandbox_tenant"
#define CAST_BOT_ID        "ou_sandbox_bot" /* unless the configuration names another */
#define CAST_BOT_NAME      "Sandbox Bot"
#define CAST_USER_ID       "ou_sandbox_user"
#define CAST_USER_UNION_ID "on_sandbox_user"
#define CAST_USER_NAME     "Sandbox User"
#define CAST_GROUP_ID      "oc_sandbox_group"
#define CAST_GROUP_NAME    "Sandbox Group"
#define CAST_P2P_ID        "oc_sandbox_p2p"

#endif
