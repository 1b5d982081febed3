/** Where everything of ours stands in a rootfs; EVE's own `/opt/zededa/bin` gets links only. */
export const home = "/opt/eve-comms";
