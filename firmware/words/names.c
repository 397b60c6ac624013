/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/words/names.h"

#include <string.h>

/* The names of the types 1, 2 and so on, one after the other, which takes less room than an array
 * of pointers. A type that is not assigned has an empty name. */
static const char type_names[] = "network\0"
				 "block\0"
				 "console\0"
				 "entropy\0"
				 "balloon\0"
				 "ioMemory\0"
				 "rpmsg\0"
				 "SCSI host\0"
				 "9P\0"
				 "mac80211 wlan\0"
				 "rproc serial\0"
				 "CAIF\0"
				 "memory balloon\0"
				 "\0" /* 14 */
				 "\0" /* 15 */
				 "GPU\0"
				 "RTC\0"
				 "input\0"
				 "socket\0"
				 "crypto\0"
				 "signal distribution\0"
				 "pstore\0"
				 "IOMMU\0"
				 "memory\0"
				 "sound\0"
				 "file system\0"
				 "PMEM\0"
				 "RPMB\0"
				 "mac80211 hwsim\0"
				 "video encoder\0"
				 "video decoder\0"
				 "SCMI\0"
				 "NitroSecureModule\0"
				 "I2C\0"
				 "watchdog\0"
				 "CAN\0"
				 "\0" /* 37 */
				 "parameter server\0"
				 "audio policy\0"
				 "Bluetooth\0"
				 "GPIO\0"
				 "RDMA\0"
				 "camera\0"
				 "ISM\0"
				 "SPI\0"
				 "TEE\0"
				 "CPU balloon\0"
				 "media\0"
				 "USB controller\0";

const char *device_type_name(uint32_t type)
{
	const char *const end = type_names + sizeof(type_names) - 1;
	const char *name = type_names;

	for (uint32_t t = 1; t < type && name < end; t++)
		name += strlen(name) + 1;
	return type > 0 && name < end && *name != '\0' ? name : NULL;
}

const char *feature_name(uint32_t type, unsigned bit)
{
	const struct class_features *c = class_features;

	while (c->type != 0 && c->type != type)
		c++;
	return vio_feature_name(c->features, bit);
}
