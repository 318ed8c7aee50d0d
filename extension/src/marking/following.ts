/** The editor's and the server's events, as the places take them. */
import * as vscode from "vscode";
import type { Connection } from "../server/connection";
import { type Finding, Places, type Taken } from "./places";
import type { Stretch } from "./moving";

/** The places, and an event for when they are others. */
export interface Followed extends vscode.Disposable {
  readonly places: Places;
  readonly onDidChange: vscode.Event<void>;
}

/** Follows what is taken until the extension ends. */
export function followTaken(connection: Connection): Followed {
  const [places, changed] = [new Places(), new vscode.EventEmitter<void>()];
  const then = <Told>(take: (told: Told) => void) => (told: Told): void => {
    take(told);
    changed.fire();
  };
  const listening = vscode.Disposable.from(
    connection.onNotification<Taken>("tactful/didTake", then((taken) => places.taken(inEditor(taken)))),
    connection.onNotification<Finding>("tactful/didCheck", then((finding) => places.checked(inEditor(finding)))),
    connection.onDidChangeState((state) => (state === "running" ? undefined : then(() => places.clear())(state))),
    vscode.workspace.onDidCloseTextDocument(then(({ uri }) => places.closed(uri.toString()))),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const [uri, changes] = [document.uri.toString(), contentChanges];
      const concerned = places.in(uri).length > 0;
      places.changed(uri, document.version, changes);
      if (concerned && changes.length > 0) changed.fire();
    }),
  );
  return { places, onDidChange: changed.event, dispose: () => vscode.Disposable.from(listening, changed).dispose() };
}

/** A stretch as the editor wants it. */
export function rangeOf({ start, end }: Stretch): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The same with the document's URI as the editor writes it. */
function inEditor<Told extends Taken>(told: Told): Told {
  return { ...told, uri: vscode.Uri.parse(told.uri).toString() };
}
