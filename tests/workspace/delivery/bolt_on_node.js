// An app on Slack's framework for Node: what it is told comes from the environment, and it ends with its input.

const { App, HTTPReceiver, SocketModeReceiver } = require("@slack/bolt");

const { API, MODE, TOKEN, APP_TOKEN, SIGNING_SECRET } = process.env;
const clientOptions = { slackApiUrl: API };
const receiver =
  MODE === "socket"
    ? new SocketModeReceiver({ appToken: APP_TOKEN, installerOptions: { clientOptions } })
    : new HTTPReceiver({ signingSecret: SIGNING_SECRET });
const app = new App({ token: TOKEN, receiver, clientOptions });

const plain = (text) => ({ type: "plain_text", text });
const reason = {
  type: "input",
  block_id: "reason",
  label: plain("Reason"),
  element: { type: "plain_text_input", action_id: "typed" },
};
const card = (text) => [
  { type: "section", text: { type: "mrkdwn", text } },
  { type: "actions", block_id: "decide", elements: [{ type: "button", action_id: "approve", text: plain("Approve") }] },
];

app.command("/ops", async ({ ack, body, client }) => {
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: "modal",
      callback_id: "why",
      title: plain("Why"),
      submit: plain("Send"),
      private_metadata: body.channel_id,
      blocks: [reason],
    },
  });
  await ack(`Started ${body.text}.`);
});

app.view("why", async ({ ack, view, client }) => {
  const typed = view.state.values.reason.typed.value;
  if (typed === "no") {
    await ack({ response_action: "errors", errors: { reason: "Say more than no." } });
    return;
  }
  await ack();
  await client.chat.postMessage({ channel: view.private_metadata, text: typed, blocks: card(typed) });
});

app.action("approve", async ({ ack, body, client, respond }) => {
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: "Approved", blocks: card("Approved") });
  await respond({ text: "Thank you.", replace_original: false });
});

app.event("app_mention", async ({ event, say }) => {
  await say({ text: `Heard: ${event.text}`, thread_ts: event.ts });
});

app.shortcut("run_on", async ({ ack, shortcut, client }) => {
  await ack();
  await client.reactions.add({ channel: shortcut.channel.id, timestamp: shortcut.message_ts, name: "eyes" });
});

(async () => {
  const server = MODE === "socket" ? await app.start() : await app.start({ port: 0, host: "127.0.0.1" });
  const port = server && server.address ? server.address().port : 0;
  process.stdin.on("end", () => process.exit(0)).resume();
  process.stdout.write(`\nlistening ${port}\n`);
})();
