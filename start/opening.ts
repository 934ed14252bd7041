/** What everything that `npm start` opens is given, so that a stop at any moment leaves nothing open. */
export interface Opening {
  /** Aborted once the workshop stops: nothing new is opened after it. */
  signal: AbortSignal;
  /** Takes what closes the thing that was opened. */
  onOpen: (close: () => Promise<void>) => void;
}
