/** How everything stands, as the server tells in `tactful/status` and `tactful/didChangeStatus`. */
export interface Report {
  readonly state: string;
  readonly snoozedS: number;
  readonly eagerness?: string;
  /** Whether a gate is being trained. */
  readonly learning?: boolean;
  readonly gate: {
    readonly version: string;
    /** Whether it was learned from the user's own record. */
    readonly own: boolean;
    /** Why a promoted gate is not in force; empty when it is. */
    readonly refused: string;
    readonly mode: string;
  };
  /** `message`: the latest fault's sentence; empty when the model is well. */
  readonly model: { readonly key: string; readonly state: string; readonly message: string };
  /** Requests of this session by result. */
  readonly requests: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}
