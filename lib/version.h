/* Pure. The version of the whole project. */
#ifndef FEISHU_VERSION_H
#define FEISHU_VERSION_H

#define FEISHU_VERSION "0.1.0"

#endif
