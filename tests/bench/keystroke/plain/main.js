// The plain alternative: a language client and nothing else. BENCH_PYTHON and BENCH_SERVER say what to start.
const { LanguageClient } = require("vscode-languageclient/node");

exports.activate = async (context) => {
  const server = { command: process.env.BENCH_PYTHON, args: [process.env.BENCH_SERVER] };
  const client = new LanguageClient("plain", "Plain", server, { documentSelector: [{ scheme: "file" }] });
  context.subscriptions.push(client);
  await client.start();
};
