// Answers from a constant, without any server: what VS Code itself costs. `mark` is `marking` of model_server.py.
const vscode = require("vscode");

function mark(prefix) {
  let hash = 0x811c9dc5;
  for (const sign of prefix) hash = Math.imul(hash ^ sign.codePointAt(0), 0x01000193) >>> 0;
  return `zq${hash.toString(16).padStart(8, "0")}_`;
}

exports.activate = (context) => {
  const provider = {
    provideInlineCompletionItems: (document, position) => {
      const prefix = document.lineAt(position.line).text.slice(0, position.character);
      return [new vscode.InlineCompletionItem(`${mark(prefix)} = value`, new vscode.Range(position, position))];
    },
  };
  context.subscriptions.push(vscode.languages.registerInlineCompletionItemProvider({ scheme: "file" }, provider));
};
