// The official client as the judge of the local Stripe: every call the project makes, through
// stripe-node with its pinned API version, against a running sandbox.
//
//   SANDBOX_URL=http://127.0.0.1:PORT node --test tests/official/stripe.test.mjs

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import Stripe from 'stripe';

const base = process.env.SANDBOX_URL;
if (!base) {
  throw new Error('SANDBOX_URL is not set: start the sandbox and give its address, for instance http://127.0.0.1:4010');
}
const PINNED = '2026-10-28.endive';
const BEFORE_BASIL = '2024-06-20';

function client(key = 'sk_test_sandbox', more = {}) {
  const { hostname, port } = new URL(base);
  return new Stripe(key, { host: hostname, port, protocol: 'http', apiVersion: PINNED, telemetry: false, maxNetworkRetries: 0, ...more });
}

const stripe = client();

async function payingCustomer(more = {}) {
  return stripe.customers.create({
    name: '山田 花子',
    email: 'hanako@example.com',
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
    ...more,
  });
}

async function monthlyPrice(unit_amount = 1200) {
  return stripe.prices.create({ currency: 'jpy', unit_amount, recurring: { interval: 'month' }, product_data: { name: '月額プラン' } });
}

async function subscribed(more = {}) {
  const [customer, price] = [await payingCustomer(), await monthlyPrice()];
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...more });
}

async function refused(promise, type, code) {
  const error = await promise.then(() => assert.fail('was not refused'), (error) => error);
  assert.ok(error instanceof Stripe.errors.StripeError, String(error));
  assert.equal(error.type, type, error.message);
  if (code) assert.equal(error.code, code);
  assert.match(error.requestId, /^req_/);
  return error;
}

describe('customers', () => {
  test('are created, changed, retrieved and deleted', async () => {
    const made = await stripe.customers.create({
      name: '山田 花子',
      email: 'hanako@example.com',
      address: { country: 'JP', postal_code: '150-0001', state: '東京都', city: '渋谷区', line1: '神宮前1-1' },
      preferred_locales: ['ja'],
      metadata: { code: 'A-1' },
    });
    assert.match(made.id, /^cus_/);
    assert.equal(made.address.line2, null);
    assert.equal(made.livemode, false);
    assert.equal(made.lastResponse.apiVersion, PINNED);
    assert.match(made.lastResponse.requestId, /^req_/);
    assert.ok(Math.abs(Date.parse(made.lastResponse.headers.date) - made.created * 1000) < 2000);

    const changed = await stripe.customers.update(made.id, { phone: '+81312345678', metadata: { code: '', tier: 'gold' } });
    assert.deepEqual(changed.metadata, { tier: 'gold' });
    assert.equal((await stripe.customers.retrieve(made.id)).phone, '+81312345678');
    assert.equal((await stripe.customers.update(made.id, { phone: '' })).phone, null);

    assert.deepEqual(await stripe.customers.del(made.id), { id: made.id, object: 'customer', deleted: true });
    assert.equal((await stripe.customers.retrieve(made.id)).deleted, true);
  });

  test('are listed page by page to the end, forwards and backwards', async () => {
    const email = `page-${Date.now()}@example.com`;
    const made = [];
    for (let index = 0; index < 7; index += 1) made.push((await stripe.customers.create({ email })).id);
    const listed = await stripe.customers.list({ email, limit: 3 }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(listed.map((customer) => customer.id), made.toReversed());
    const newer = await stripe.customers.list({ email, limit: 2, ending_before: made[0] }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(newer.map((customer) => customer.id), made.slice(1));
    const now = Math.floor(Date.now() / 1000);
    assert.equal((await stripe.customers.list({ email, created: { gte: now + 60 } })).data.length, 0);
  });
});

describe('products, prices and payment methods', () => {
  test('products and prices are created, changed and listed', async () => {
    const product = await stripe.products.create({ name: '台帳プラン', description: '月次', metadata: { sku: '1' } });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 1999, recurring: { interval: 'year' }, lookup_key: `k-${product.id}` });
    assert.equal(price.recurring.interval_count, 1);
    assert.equal(price.unit_amount_decimal.toString(), '1999');
    assert.equal((await stripe.products.update(product.id, { default_price: price.id, active: false })).default_price, price.id);
    const expanded = await stripe.prices.retrieve(price.id, { expand: ['product'] });
    assert.equal(expanded.product.name, '台帳プラン');
    assert.deepEqual((await stripe.prices.list({ lookup_keys: [price.lookup_key] })).data.map((one) => one.id), [price.id]);
    assert.equal((await stripe.prices.update(price.id, { nickname: '年額' })).nickname, '年額');
    await refused(stripe.products.del(product.id), 'StripeInvalidRequestError');
  });

  test('a card is attached, made the default, changed and detached', async () => {
    const customer = await stripe.customers.create({});
    const card = await stripe.paymentMethods.create({ type: 'card', card: { number: '4242424242424242', exp_month: 4, exp_year: 2031, cvc: '123' } });
    await stripe.paymentMethods.attach(card.id, { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
    assert.equal((await stripe.paymentMethods.update(card.id, { card: { exp_month: 5, exp_year: 2032 } })).card.exp_year, 2032);
    assert.equal((await stripe.customers.listPaymentMethods(customer.id)).data[0].id, card.id);
    assert.equal((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.length, 1);
    const shown = await stripe.customers.retrieve(customer.id, { expand: ['invoice_settings.default_payment_method'] });
    assert.equal(shown.invoice_settings.default_payment_method.card.last4, '4242');
    assert.equal((await stripe.paymentMethods.detach(card.id)).customer, null);
    await refused(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }), 'StripeCardError', 'card_declined');
  });
});

describe('subscriptions and invoices', () => {
  test('a subscription begins with a paid invoice, in the shapes of the pinned version', async () => {
    const subscription = await subscribed({ expand: ['latest_invoice.payments', 'customer', 'items.data.price.product'] });
    assert.equal(subscription.status, 'active');
    assert.equal(subscription.current_period_end, undefined);
    const [item] = subscription.items.data;
    assert.ok(item.current_period_end > item.current_period_start);
    assert.equal(item.price.product.name, '月額プラン');
    const invoice = subscription.latest_invoice;
    assert.equal(invoice.status, 'paid');
    assert.equal(invoice.parent.subscription_details.subscription, subscription.id);
    assert.equal(invoice.lines.data[0].pricing.price_details.price, item.price.id);
    assert.equal(invoice.payments.data[0].status, 'paid');
    assert.match(invoice.hosted_invoice_url, /^https:\/\/invoice\.stripe\.com\//);
    assert.match(invoice.number, /-0001$/);
  });

  test('a subscription is changed, listed and cancelled, and stays retrievable', async () => {
    const subscription = await subscribed();
    const yearly = await stripe.prices.create({ currency: 'jpy', unit_amount: 12000, recurring: { interval: 'year' }, product_data: { name: '年額プラン' } });
    const moved = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0].id, price: yearly.id, quantity: 2 }],
      proration_behavior: 'none',
    });
    assert.equal(moved.items.data[0].plan.interval, 'year');
    assert.notEqual(moved.latest_invoice, subscription.latest_invoice);
    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    assert.equal(ending.cancel_at, ending.items.data[0].current_period_end);
    assert.equal((await stripe.subscriptions.list({ customer: subscription.customer })).data.length, 1);
    assert.equal((await stripe.subscriptions.cancel(subscription.id)).status, 'canceled');
    assert.equal((await stripe.subscriptions.list({ customer: subscription.customer })).data.length, 0);
    assert.equal((await stripe.subscriptions.list({ customer: subscription.customer, status: 'all' })).data.length, 1);
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'canceled');
  });

  test('an embedded list holds its first page and its own list the rest', async () => {
    const customer = await payingCustomer();
    const items = [];
    for (let index = 0; index < 12; index += 1) items.push({ price: (await monthlyPrice(100 + index)).id });
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items });
    assert.equal(subscription.items.data.length, 10);
    assert.equal(subscription.items.has_more, true);
    const all = await stripe.subscriptionItems.list({ subscription: subscription.id, limit: 5 }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(all.map((item) => item.price.id), items.map((item) => item.price));
    const invoice = await stripe.invoices.retrieve(subscription.latest_invoice);
    assert.equal(invoice.lines.has_more, true);
    const lines = await stripe.invoices.listLineItems(invoice.id, { limit: 100 });
    assert.equal(lines.data.length, 12);
    assert.equal(lines.data.reduce((sum, line) => sum + line.amount, 0), invoice.total);
  });

  test('an invoice by hand goes through its life', async () => {
    const customer = await payingCustomer();
    const draft = await stripe.invoices.create({ customer: customer.id, currency: 'jpy', collection_method: 'send_invoice', days_until_due: 30 });
    await stripe.invoiceItems.create({ customer: customer.id, invoice: draft.id, amount: 5000, currency: 'jpy', description: '初期費用' });
    await stripe.invoices.update(draft.id, { description: '御請求', metadata: { no: '1' } });
    const open = await stripe.invoices.finalizeInvoice(draft.id);
    assert.deepEqual([open.status, open.amount_remaining], ['open', 5000]);
    assert.equal((await stripe.invoices.sendInvoice(draft.id)).status, 'open');
    assert.equal((await stripe.invoices.markUncollectible(draft.id)).status, 'uncollectible');
    assert.equal((await stripe.invoices.pay(draft.id)).status, 'paid');
    await refused(stripe.invoices.pay(draft.id), 'StripeInvalidRequestError', 'invoice_already_paid');
    const second = await stripe.invoices.create({ customer: customer.id, currency: 'jpy' });
    await stripe.invoices.del(second.id);
    const third = await stripe.invoices.create({ customer: customer.id, currency: 'jpy' });
    await stripe.invoiceItems.create({ customer: customer.id, invoice: third.id, amount: 1, currency: 'jpy' });
    await stripe.invoices.finalizeInvoice(third.id);
    assert.equal((await stripe.invoices.voidInvoice(third.id)).status, 'void');
    const listed = await stripe.invoices.list({ customer: customer.id, status: 'void', expand: ['data.customer'] });
    assert.deepEqual(listed.data.map((invoice) => invoice.customer.id), [customer.id]);
  });

  test('an older version has the older shapes', async () => {
    const subscription = await subscribed();
    const old = await stripe.subscriptions.retrieve(subscription.id, {}, { apiVersion: BEFORE_BASIL });
    assert.equal(old.current_period_end, subscription.items.data[0].current_period_end);
    const invoice = await stripe.invoices.retrieve(subscription.latest_invoice, { expand: ['subscription'] }, { apiVersion: BEFORE_BASIL });
    assert.deepEqual([invoice.subscription.id, invoice.paid, invoice.parent], [subscription.id, true, undefined]);
    assert.equal(invoice.lines.data[0].price.id, subscription.items.data[0].price.id);
  });
});

describe('taxes, discounts, payments and credit notes', () => {
  test('taxes at 10 and 8 percent, exclusive and inclusive, are on lines and summed by rate', async () => {
    const rate = (percentage, inclusive = false) => stripe.taxRates.create({ display_name: '消費税', percentage, inclusive, country: 'JP', tax_type: 'jct' });
    const [ten, eight, within] = [await rate(10), await rate(8), await rate(10, true)];
    const own = await stripe.taxIds.create({ type: 'jp_trn', value: 'T1234567890123' });
    const customer = await payingCustomer({ tax_id_data: [{ type: 'jp_trn', value: 'T3210987654321' }] });
    const draft = await stripe.invoices.create({ customer: customer.id, currency: 'jpy', default_tax_rates: [ten.id], account_tax_ids: [own.id] });
    const item = (amount, more = {}) => stripe.invoiceItems.create({ customer: customer.id, invoice: draft.id, currency: 'jpy', amount, ...more });
    await item(1055);
    await item(980, { tax_rates: [eight.id] });
    await item(1100, { tax_rates: [within.id] });
    const invoice = await stripe.invoices.finalizeInvoice(draft.id, { expand: ['account_tax_ids'] });
    assert.deepEqual(
      invoice.total_taxes.map((tax) => [tax.tax_rate_details.tax_rate, tax.amount, tax.taxable_amount, tax.tax_behavior]),
      [[ten.id, 106, 1055, 'exclusive'], [eight.id, 78, 980, 'exclusive'], [within.id, 100, 1000, 'inclusive']],
    );
    assert.deepEqual([invoice.subtotal, invoice.total_excluding_tax, invoice.total], [3135, 3035, 3319]);
    assert.deepEqual(invoice.customer_tax_ids, [{ type: 'jp_trn', value: 'T3210987654321' }]);
    assert.equal(invoice.account_tax_ids[0].value, 'T1234567890123');
    assert.equal((await stripe.taxRates.retrieve(ten.id)).percentage, 10);
    assert.equal((await stripe.taxRates.update(ten.id, { active: false })).active, false);
    assert.ok((await stripe.taxRates.list({ active: false })).data.some((one) => one.id === ten.id));
  });

  test("a customer's tax ids are made, listed, expanded and deleted", async () => {
    const customer = await stripe.customers.create({});
    const number = await stripe.customers.createTaxId(customer.id, { type: 'jp_cn', value: '1234567890123' });
    assert.equal((await stripe.customers.retrieveTaxId(customer.id, number.id)).country, 'JP');
    assert.equal((await stripe.customers.listTaxIds(customer.id)).data.length, 1);
    assert.equal((await stripe.customers.retrieve(customer.id, { expand: ['tax_ids'] })).tax_ids.data[0].id, number.id);
    assert.equal((await stripe.customers.deleteTaxId(customer.id, number.id)).deleted, true);
    await refused(stripe.customers.createTaxId(customer.id, { type: 'jp_trn', value: '1' }), 'StripeInvalidRequestError', 'tax_id_invalid');
  });

  test('a discount is an id, or whole with its coupon where it is expanded', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 25.5, duration: 'forever', name: '紹介' });
    const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: `C${Date.now()}` });
    const subscription = await subscribed({ discounts: [{ promotion_code: code.id }] });
    assert.equal(typeof subscription.discounts[0], 'string');
    const shown = await stripe.subscriptions.retrieve(subscription.id, { expand: ['discounts.source.coupon', 'latest_invoice'] });
    assert.deepEqual([shown.discounts[0].source.coupon.percent_off, shown.discounts[0].promotion_code], [25.5, code.id]);
    assert.deepEqual(shown.latest_invoice.total_discount_amounts, [{ amount: 306, discount: subscription.discounts[0] }]);
    assert.equal(shown.latest_invoice.total, 894);
    assert.equal((await stripe.subscriptions.deleteDiscount(subscription.id)).deleted, true);
    assert.deepEqual((await stripe.subscriptions.retrieve(subscription.id)).discounts, []);
    assert.equal((await stripe.coupons.del(coupon.id)).deleted, true);
    await refused(stripe.coupons.retrieve(coupon.id), 'StripeInvalidRequestError', 'resource_missing');
  });

  test('a paid invoice leads to its charge, which is refunded in parts', async () => {
    const subscription = await subscribed();
    const payments = await stripe.invoicePayments.list({ invoice: subscription.latest_invoice, expand: ['data.payment.payment_intent'] });
    assert.deepEqual([payments.data[0].status, payments.data[0].amount_paid], ['paid', 1200]);
    const intent = await stripe.paymentIntents.retrieve(payments.data[0].payment.payment_intent.id, { expand: ['latest_charge'] });
    assert.equal(intent.latest_charge.payment_method_details.card.last4, '4242');
    const refund = await stripe.refunds.create({ charge: intent.latest_charge.id, amount: 200, reason: 'requested_by_customer' });
    assert.equal(refund.status, 'succeeded');
    const [charge] = (await stripe.charges.list({ customer: subscription.customer, expand: ['data.refunds'] })).data;
    assert.deepEqual([charge.amount_refunded, charge.refunded, charge.refunds.data[0].id], [200, false, refund.id]);
    assert.deepEqual((await stripe.refunds.list({ charge: charge.id })).data.map((one) => one.amount), [200]);
    await refused(stripe.refunds.create({ payment_intent: intent.id, amount: 1001 }), 'StripeInvalidRequestError');
    const [event] = (await stripe.events.list({ type: 'charge.refunded', limit: 1 })).data;
    assert.deepEqual([event.data.object.id, event.data.previous_attributes], [charge.id, { amount_refunded: 0 }]);
  });

  test('credit notes reduce what is due, give money back, and are voided', async () => {
    const customer = await payingCustomer();
    const draft = await stripe.invoices.create({ customer: customer.id, currency: 'jpy' });
    await stripe.invoiceItems.create({ customer: customer.id, invoice: draft.id, currency: 'jpy', amount: 3000, description: '初期費用' });
    const open = await stripe.invoices.finalizeInvoice(draft.id);
    const line = { type: 'invoice_line_item', invoice_line_item: open.lines.data[0].id, amount: 500 };
    const first = await stripe.creditNotes.create({ invoice: draft.id, lines: [line], reason: 'order_change' });
    assert.deepEqual([first.type, first.total, first.number], ['pre_payment', 500, `${open.number}-CN-01`]);
    assert.equal((await stripe.creditNotes.listLineItems(first.id)).data[0].invoice_line_item, open.lines.data[0].id);
    assert.equal((await stripe.invoices.retrieve(draft.id)).amount_remaining, 2500);
    assert.equal((await stripe.creditNotes.update(first.id, { memo: '値引' })).memo, '値引');
    assert.equal((await stripe.creditNotes.voidCreditNote(first.id)).status, 'void');
    const paid = await stripe.invoices.pay(draft.id, { expand: ['payments'] });
    assert.equal(paid.payments.data[0].amount_paid, 3000);
    const second = await stripe.creditNotes.create({ invoice: draft.id, amount: 1000, refund_amount: 1000, expand: ['refunds.refund'] });
    assert.deepEqual([second.type, second.refunds[0].refund.amount], ['post_payment', 1000]);
    const listed = await stripe.creditNotes.list({ customer: customer.id, expand: ['data.invoice'] });
    assert.deepEqual(listed.data.map((note) => note.invoice.post_payment_credit_notes_amount), [1000, 1000]);
  });
});

describe('refusals', () => {
  test('are the classes that stripe-node knows', async () => {
    await refused(client('sk_test_nobody').customers.list(), 'StripeAuthenticationError');
    await refused(stripe.customers.retrieve('cus_none'), 'StripeInvalidRequestError', 'resource_missing');
    const unknown = await refused(stripe.customers.create({ colour: 'red' }), 'StripeInvalidRequestError', 'parameter_unknown');
    assert.deepEqual([unknown.param, unknown.statusCode], ['colour', 400]);
    const missing = await refused(stripe.prices.create({ unit_amount: 1 }), 'StripeInvalidRequestError', 'parameter_missing');
    assert.equal(missing.param, 'currency');
    await refused(stripe.customers.list({ limit: 500 }), 'StripeInvalidRequestError', 'parameter_invalid_integer');
    await refused(stripe.customers.list({ expand: ['data.email'] }), 'StripeInvalidRequestError');
    await refused(stripe.customers.list({}, { apiVersion: '2019-01-01' }), 'StripeInvalidRequestError');
  });

  test('a restricted key does not act for another account, and a live key sees no test object', async () => {
    const error = await refused(client('rk_test_sandbox').customers.list({}, { stripeAccount: 'acct_1Other' }), 'StripePermissionError', 'account_invalid');
    assert.equal(error.statusCode, 403);
    const customer = await stripe.customers.create({});
    const unseen = await refused(client('rk_live_sandbox').customers.retrieve(customer.id), 'StripeInvalidRequestError', 'resource_missing');
    assert.equal(unseen.statusCode, 404);
  });

  test('an idempotency key gives one object, and refuses other parameters', async () => {
    const idempotencyKey = `key-${Date.now()}`;
    const first = await stripe.customers.create({ name: 'A' }, { idempotencyKey });
    const again = await stripe.customers.create({ name: 'A' }, { idempotencyKey });
    assert.equal(again.id, first.id);
    assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
    await refused(stripe.customers.create({ name: 'B' }, { idempotencyKey }), 'StripeIdempotencyError');
  });
});

describe('events and webhooks', () => {
  /** Requests the sandbox delivered to us. */
  const received = [];
  let server;
  let url;

  before(async () => {
    server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks) });
      server.emit('delivery');
      response.writeHead(request.url === '/refuses-once' && received.filter((one) => one.path === '/refuses-once').length === 1 ? 503 : 200).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${server.address().port}`;
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  async function arrived(path, wanted) {
    const signal = AbortSignal.timeout(20_000);
    for (;;) {
      const found = received.find((one) => one.path === path && wanted(JSON.parse(one.body.toString('utf8')), one));
      if (found) return found;
      await once(server, 'delivery', { signal });
    }
  }

  test('a delivered snapshot passes constructEvent, and a changed one does not', async () => {
    const endpoint = await stripe.webhookEndpoints.create({ url: `${url}/snapshot`, enabled_events: ['customer.updated'], api_version: PINNED });
    assert.match(endpoint.secret, /^whsec_/);
    const customer = await stripe.customers.create({ name: '旧' });
    await stripe.customers.update(customer.id, { name: '新' });
    const delivery = await arrived('/snapshot', (event) => event.data.object.id === customer.id);
    const signature = delivery.headers['stripe-signature'];
    const event = stripe.webhooks.constructEvent(delivery.body, signature, endpoint.secret);
    assert.deepEqual([event.type, event.api_version, event.data.object.name], ['customer.updated', PINNED, '新']);
    assert.deepEqual(event.data.previous_attributes, { name: '旧' });
    const changed = Buffer.from(delivery.body.toString('utf8').replace('新', '他'));
    assert.throws(() => stripe.webhooks.constructEvent(changed, signature, endpoint.secret), Stripe.errors.StripeSignatureVerificationError);
    assert.throws(() => stripe.webhooks.constructEvent(delivery.body, signature, 'whsec_other'), Stripe.errors.StripeSignatureVerificationError);
    await stripe.webhookEndpoints.del(endpoint.id);
  });

  test('a refused delivery comes again, signed anew', async () => {
    const endpoint = await stripe.webhookEndpoints.create({ url: `${url}/refuses-once`, enabled_events: ['product.created'] });
    const product = await stripe.products.create({ name: 'P' });
    const first = await arrived('/refuses-once', (event) => event.data.object.id === product.id);
    const second = await arrived('/refuses-once', (event, one) => event.data.object.id === product.id && one !== first);
    assert.equal(stripe.webhooks.constructEvent(second.body, second.headers['stripe-signature'], endpoint.secret).type, 'product.created');
    assert.notEqual(first.headers['stripe-signature'], second.headers['stripe-signature']);
    await stripe.webhookEndpoints.del(endpoint.id);
  });

  test('a thin event is parsed and leads to its object', async () => {
    const destination = await stripe.v2.core.eventDestinations.create({
      name: 'thin',
      type: 'webhook_endpoint',
      event_payload: 'thin',
      enabled_events: ['v1.customer.created'],
      webhook_endpoint: { url: `${url}/thin` },
      include: ['webhook_endpoint.signing_secret'],
    });
    const customer = await stripe.customers.create({ name: '細' });
    const delivery = await arrived('/thin', (event) => event.related_object.id === customer.id);
    const secret = destination.webhook_endpoint.signing_secret;
    const notification = stripe.parseEventNotification(delivery.body, delivery.headers['stripe-signature'], secret);
    assert.equal(notification.type, 'v1.customer.created');
    assert.equal((await notification.fetchRelatedObject()).name, '細');
    assert.equal((await notification.fetchEvent()).id, notification.id);
    assert.equal((await stripe.events.retrieve(notification.snapshot_event)).type, 'customer.created');
    await stripe.v2.core.eventDestinations.del(destination.id);
  });

  test('the events API lists by type and, with ending_before, in the order things happened', async () => {
    const first = await stripe.customers.create({ name: '一' });
    const start = (await stripe.events.list({ type: 'customer.created', limit: 1 })).data[0];
    assert.equal(start.data.object.id, first.id);
    for (const name of ['二', '三', '四']) await stripe.customers.update(first.id, { name });
    const names = [];
    for await (const event of stripe.events.list({ types: ['customer.updated'], ending_before: start.id, limit: 2 })) {
      if (event.data.object.id === first.id) names.push(event.data.object.name);
    }
    assert.deepEqual(names, ['二', '三', '四']);
    assert.deepEqual((await stripe.events.retrieve(start.id)).id, start.id);
  });
});
