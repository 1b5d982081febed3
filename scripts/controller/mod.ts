/** The dev controller for demo and tests, and what stands around it: device roots, log files. @module */

export type { Controller, NewDevice } from "./controller.ts";
export { type ControllerOptions, startController } from "./start.ts";
export type { Endpoint } from "./endpoint.ts";
export type { AttestFault, CertListFault, ClosePoint, ConfigFault, EnvelopeFault, Fault } from "./fault.ts";
export type { FaultProgram, Faults } from "./faults.ts";
export type { RequestRecord } from "./request_log.ts";
export type { EnvelopeSummary } from "./envelope.ts";
export type { DeviceOptions, DeviceRecord } from "./device_record.ts";
export type { DeviceReports, Received, ReceivedLogFile } from "./device_reports.ts";
export type { LogEntry } from "./log_entry.ts";
export { type LogFile, readLogFile } from "./log_file.ts";
export type { RotateOptions } from "./certificates.ts";
export type { Settings } from "./site.ts";
export { type DeviceRoot, type DeviceRootOptions, makeDeviceRoot } from "./device_root.ts";
export { type GzipMember, gzipMember } from "./gzip_writer.ts";
export { type AppLog, type DeviceLog, LogProducer, type ProducedEntry } from "./log_producer.ts";
