/** The life of one report: what came so far on the screen, at its end the whole on the screen and in the file. */
import type { AgentMetrics } from "../../../controllerconn/mod.ts";
import { type ChildAbort, childAbort, type Device } from "../../agent/mod.ts";
import { DPCState } from "../../topics/mod.ts";
import { type BusView, gateIsOpen } from "../bus/view.ts";
import { makeReport, type Report } from "../make_report.ts";
import type { DiagOptions } from "../options.ts";
import { line, printed } from "../report/line.ts";
import { requestLines } from "../report/request_lines.ts";
import { headerLine } from "../report/report.ts";
import { sixPasses } from "../requests/request_plan.ts";
import { filePage, screenPage } from "../screen/pages.ts";
import type { Screen } from "../screen/screen_stream.ts";
import { writeStateFile } from "../screen/state_file.ts";

/** What all reports of a run share. */
export interface ReportSetting {
  readonly options: DiagOptions;
  readonly screen: Screen;
  readonly metrics: AgentMetrics;
  /** Told why the report file can't be written. */
  readonly complain: (reason: string) => void;
  /** Told of each complete report. */
  readonly finished: (report: Report) => void;
}

/** Starts with its making. */
export class OneReport {
  /** Undefined if it was abandoned. Never rejects. */
  readonly made: Promise<Report | undefined>;
  readonly #ending: ChildAbort;
  #abandoned = false;

  constructor(
    private readonly device: Device,
    private readonly setting: ReportSetting,
    view: () => BusView,
    private readonly word: string,
  ) {
    this.#ending = childAbort(device.signal);
    this.made = this.#make(view);
  }

  /** The network has changed meanwhile: what the requests say is of yesterday. */
  abandon(): void {
    this.#abandoned = true;
    this.#ending.abort();
  }

  /** Who asked for one report gets one, and nothing of an abandoned one is worth a line. */
  get #isQuiet(): boolean {
    return this.#abandoned || this.setting.options.form === "first";
  }

  async #make(view: () => BusView): Promise<Report | undefined> {
    const { options, screen, metrics, complain, finished } = this.setting;
    this.#announce(view());
    const report = await makeReport(this.device, {
      view,
      requests: gateIsOpen(view()) ? "when-not-connected" : "never",
      live: true,
      plan: { ...sixPasses, failPings: options.failPings },
      metrics,
      failLookup: options.failLookup,
      signal: this.#ending.signal,
      progress: (ifName, outcome) => {
        const name = outcome.url.slice(outcome.url.lastIndexOf("/") + 1);
        if (!this.#isQuiet) screen.write(requestLines(ifName, outcome, name).map(printed).join(""));
      },
    }, { trigger: this.word, gated: true, showPac: options.showPac });
    this.#ending.release();
    if (this.#abandoned) {
      if (options.form === "forever") {
        screen.write(printed(line("INFO", "the network has changed, this report is abandoned")));
      }
      return undefined;
    }
    if (this.device.signal.aborted) return undefined;
    screen.write(screenPage(report.lines, options.size));
    if (options.stateFile !== undefined) {
      writeStateFile(options.stateFile, filePage(report.lines, options.size), complain);
    }
    finished(report);
    return report;
  }

  /** Requests take their time: the screen says at once that they are made, and what each gives. */
  #announce(bus: BusView): void {
    if (this.#isQuiet || !gateIsOpen(bus) || bus.network?.State === DPCState.DPC_SUCCESS) return;
    const { screen } = this.setting;
    screen.write(printed(headerLine(this.device.clock.now(), `${this.word}, testing the ports`)));
  }
}
