/**
 * What every program shares: command line, life cycle, log, device files, watchdog, config items, controller
 * client. A program's `main.ts` calls `runMain`; its tests use `testDevice` from `test_device.ts`.
 * @module
 */
export * from "./agent_log.ts";
export * from "./arguments.ts";
export * from "./checkpoint.ts";
export * from "./cipher_keys.ts";
export * from "./clock.ts";
export * from "./commands.ts";
export * from "./config_files.ts";
export * from "./config_items.ts";
export * from "./controller_client.ts";
export * from "./debug_dump.ts";
export * from "./debug_folder.ts";
export * from "./device.ts";
export * from "./durable_file.ts";
export * from "./error.ts";
export * from "./fatal_reason.ts";
export * from "./fault_flags.ts";
export * from "./hardware.ts";
export * from "./led.ts";
export * from "./log_levels.ts";
export * from "./loops.ts";
export * from "./main_program.ts";
export * from "./netdump/mod.ts";
export * from "./paths.ts";
export * from "./pid_file.ts";
export * from "./print_text.ts";
export * from "./random.ts";
export * from "./start.ts";
export * from "./timers.ts";
export * from "./touch_file.ts";
export * from "./tpm_tool.ts";
export * from "./traffic.ts";
export * from "./version.ts";
export * from "./waits.ts";
