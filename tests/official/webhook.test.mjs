// stripe-node judges the Worker's signature check: what the official client signs is accepted, and
// what it would refuse is refused. WORKER_URL, WEBHOOK_SECRETS (JSON array, two during a rotation).
import assert from 'node:assert/strict';
import test from 'node:test';
import Stripe from 'stripe';

const url = process.env.WORKER_URL;
const secrets = JSON.parse(process.env.WEBHOOK_SECRETS ?? '[]');
assert.ok(url, 'WORKER_URL is the address of a running Worker');
assert.ok(secrets.length >= 2, 'WEBHOOK_SECRETS is a JSON array of the two secrets that the Worker knows');

const stripe = new Stripe('sk_test_only_signs');
const now = () => Math.floor(Date.now() / 1000);
let count = 0;

function event() {
  count += 1;
  const id = `${process.pid}${count}`;
  return JSON.stringify(
    {
      id: `evt_official${id}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: now(),
      type: 'customer.created',
      livemode: false,
      data: { object: { id: `cus_official${id}`, object: 'customer', created: now(), livemode: false, name: '株式会社 検証 🗾' } },
    },
    null,
    2, // Stripe's own payloads are indented: the signature is over the raw bytes.
  );
}

function signed(payload, secret, timestamp = now()) {
  return stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

async function post(payload, signature) {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  if (signature !== undefined) headers['stripe-signature'] = signature;
  const response = await fetch(`${url}/webhooks/stripe`, { method: 'POST', headers, body: payload });
  return { status: response.status, body: await response.json() };
}

for (const [index, secret] of secrets.entries()) {
  test(`an event signed by stripe-node with secret ${index + 1} is accepted`, async () => {
    const payload = event();
    assert.equal((await post(payload, signed(payload, secret))).status, 200);
  });
}

test('one good v1 among several is enough, and other schemes are ignored', async () => {
  const payload = event();
  const [time, good] = signed(payload, secrets[0]).split(',');
  const header = `${time},v0=${'0'.repeat(64)},v1=${'0'.repeat(64)},${good}`;
  assert.equal((await post(payload, header)).status, 200);
});

test('the time may be off by just under five minutes to both sides, and not by more', async () => {
  for (const [seconds, status] of [[-290, 200], [290, 200], [-310, 400], [310, 400]]) {
    const payload = event();
    const answer = await post(payload, signed(payload, secrets[0], now() + seconds));
    assert.equal(answer.status, status, `${seconds} s`);
  }
});

test('a body changed by one byte after signing is refused', async () => {
  const payload = event();
  const answer = await post(payload.replace('検証', '検證'), signed(payload, secrets[0]));
  assert.equal(answer.status, 400);
  assert.equal(typeof answer.body.error.reason, 'string');
});

test('a signature with an unknown secret is refused', async () => {
  const payload = event();
  assert.equal((await post(payload, signed(payload, 'whsec_unknown'))).status, 400);
});

test('no signature is refused', async () => {
  assert.equal((await post(event(), undefined)).status, 400);
});
