// @kintone/rest-api-client judges the sandbox's kintone: every call that Daicho's users or Daicho
// itself could make through the official client works, and refusals arrive as its error classes.
// SANDBOX_URL is the address of a running sandbox.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { KintoneAllRecordsError, KintoneRestAPIClient, KintoneRestAPIError } from '@kintone/rest-api-client';

const sandbox = process.env.SANDBOX_URL;
assert.ok(sandbox, 'SANDBOX_URL is the address of a running sandbox, such as http://127.0.0.1:4242');
// The client takes plain http for localhost only.
const baseUrl = sandbox.replace('127.0.0.1', 'localhost');
const run = `${process.pid}-${Date.now()}`;
const EVERYTHING = ['view', 'add', 'edit', 'delete', 'admin'];

let made = 0;

/** Makes an app with one token that may do everything; gives its id and the token. */
async function createApp(properties, extra = {}) {
  made += 1;
  const token = `token-${run}-${made}`;
  const body = {
    name: `顧客 ${made}`,
    code: '',
    guest_space: null,
    properties,
    tokens: [{ token, permissions: EVERYTHING, active: true }],
    ...extra,
  };
  const response = await fetch(`${sandbox}/_sandbox/kintone/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return { app: (await response.json()).app, token };
}

async function addToken(app, token, permissions, active = true) {
  const response = await fetch(`${sandbox}/_sandbox/kintone/apps/${app}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, permissions, active }),
  });
  assert.equal(response.status, 200, await response.text());
}

function clientFor(apiToken, options = {}) {
  return new KintoneRestAPIClient({ baseUrl, auth: { apiToken }, ...options });
}

const customerFields = {
  顧客ID: { type: 'SINGLE_LINE_TEXT', code: '顧客ID', label: '顧客ID', required: true, unique: true },
  名前: { type: 'SINGLE_LINE_TEXT', code: '名前', label: '名前', maxLength: '20' },
  金額: { type: 'NUMBER', code: '金額', label: '金額' },
  状態: {
    type: 'DROP_DOWN', code: '状態', label: '状態', defaultValue: '有効',
    options: { 有効: { label: '有効', index: '0' }, 解約済み: { label: '解約済み', index: '1' } },
  },
  更新予定: { type: 'DATETIME', code: '更新予定', label: '更新予定' },
  明細: {
    type: 'SUBTABLE', code: '明細', label: '明細',
    fields: { 品名: { type: 'SINGLE_LINE_TEXT', code: '品名', label: '品名' }, 数量: { type: 'NUMBER', code: '数量', label: '数量' } },
  },
};

const customer = (key, rest = {}) => ({ 顧客ID: { value: key }, ...rest });

/** The client's error for a refused call, with its status and code checked. */
async function refused(promise, status, code) {
  const error = await promise.then(() => assert.fail(`expected ${code}`), (reason) => reason);
  assert.ok(error instanceof KintoneRestAPIError, String(error));
  assert.deepEqual([error.status, error.code], [status, code]);
  assert.ok(error.id.length > 0);
  return error;
}

let app;
let token;
let client;
before(async () => {
  ({ app, token } = await createApp(customerFields));
  client = clientFor(token);
});

test('a record that is added reads back, and takes changes by id and by key', async () => {
  const added = await client.record.addRecord({
    app,
    record: customer('one', {
      金額: { value: '0.12345' },
      更新予定: { value: '2026-01-02T12:04:59+09:00' },
      明細: { value: [{ value: { 品名: { value: '月額' }, 数量: { value: '1,000' } } }] },
      無い項目: { value: '消える' },
    }),
  });
  assert.equal(added.revision, '1');
  const { record } = await client.record.getRecord({ app, id: added.id });
  assert.deepEqual(record.顧客ID, { type: 'SINGLE_LINE_TEXT', value: 'one' });
  assert.deepEqual(record.金額, { type: 'NUMBER', value: '0.1234' });
  assert.deepEqual(record.状態, { type: 'DROP_DOWN', value: '有効' });
  assert.deepEqual(record.更新予定, { type: 'DATETIME', value: '2026-01-02T03:04:00Z' });
  assert.equal(record.明細.value[0].value.数量.value, '');
  assert.deepEqual(record.$id, { type: '__ID__', value: added.id });
  assert.deepEqual(record.$revision, { type: '__REVISION__', value: '1' });
  assert.equal(record.レコード番号.type, 'RECORD_NUMBER');
  assert.equal(record.無い項目, undefined);

  const byId = await client.record.updateRecord({ app, id: added.id, revision: 1, record: { 名前: { value: '山田' } } });
  assert.deepEqual(byId, { revision: '2' });
  const updateKey = { field: '顧客ID', value: 'one' };
  const byKey = await client.record.updateRecord({ app, updateKey, record: { 名前: { value: '田中' } } });
  assert.deepEqual(byKey, { revision: '3' });
  await refused(client.record.updateRecord({ app, id: added.id, revision: 1, record: {} }), 409, 'GAIA_CO02');
});

test('records are found by query, counted and cut to fields', async () => {
  const { ids } = await client.record.addRecords({
    app,
    records: ['q1', 'q2', 'q3'].map((key, index) => customer(key, { 金額: { value: index } })),
  });
  const found = await client.record.getRecords({
    app,
    query: '顧客ID in ("q1", "q2", "q3") and 金額 >= 1 order by 金額 desc limit 1',
    fields: ['顧客ID', '$id'],
    totalCount: true,
  });
  assert.deepEqual(found, {
    records: [{ 顧客ID: { type: 'SINGLE_LINE_TEXT', value: 'q3' }, $id: { type: '__ID__', value: ids[2] } }],
    totalCount: '2',
  });
  const uncounted = await client.record.getRecords({ app, query: '顧客ID = "q\\"1"' });
  assert.deepEqual(uncounted, { records: [], totalCount: null });
  await refused(client.record.getRecords({ app, query: '状態 = "有効"' }), 400, 'GAIA_IQ03');
  await refused(client.record.getRecords({ app, query: '無い項目 = "x"' }), 400, 'GAIA_IQ11');
  await refused(client.record.getRecords({ app, query: 'limit 501' }), 400, 'GAIA_QU01');
  await refused(client.record.getRecords({ app, query: '顧客ID ===' }), 400, 'CB_VA01');
});

test('a query of many keys goes as a POST that stands for a GET', async () => {
  await client.record.addRecord({ app, record: customer('long') });
  const keys = Array.from({ length: 100 }, (_, index) => `"${String(index).padStart(60, 'k')}"`);
  const { records } = await client.record.getRecords({ app, query: `顧客ID in (${keys.join(',')},"long")` });
  assert.deepEqual(records.map((record) => record.顧客ID.value), ['long']);
});

test('several records are changed by id and by key, and deleted', async () => {
  const { ids, revisions } = await client.record.addRecords({ app, records: [customer('m1'), customer('m2')] });
  assert.deepEqual(revisions, ['1', '1']);
  const updated = await client.record.updateRecords({
    app,
    records: [
      { id: ids[0], revision: '1', record: { 名前: { value: '一' } } },
      { updateKey: { field: '顧客ID', value: 'm2' }, record: { 名前: { value: '二' } } },
    ],
  });
  assert.deepEqual(updated, { records: ids.map((id) => ({ id, revision: '2' })) });
  await refused(client.record.deleteRecords({ app, ids, revisions: [2, 1] }), 409, 'GAIA_CO02');
  assert.deepEqual(await client.record.deleteRecords({ app, ids, revisions: ['2', '2'] }), {});
  await refused(client.record.getRecord({ app, id: ids[0] }), 404, 'GAIA_RE01');
});

test('an upsert adds what is missing and changes what is there', async () => {
  const { id } = await client.record.addRecord({ app, record: customer('u1') });
  const answer = await client.record.updateRecords({
    app,
    upsert: true,
    records: [
      { updateKey: { field: '顧客ID', value: 'u1' }, record: { 名前: { value: '旧' } } },
      { updateKey: { field: '顧客ID', value: 'u2' }, record: { 名前: { value: '新' } } },
    ],
  });
  const [changed, added] = answer.records;
  assert.deepEqual(changed, { id, revision: '2', operation: 'UPDATE' });
  assert.deepEqual([added.revision, added.operation], ['1', 'INSERT']);
  const { record } = await client.record.getRecord({ app, id: added.id });
  assert.equal(record.顧客ID.value, 'u2');
  const missing = { app, records: [{ updateKey: { field: '顧客ID', value: 'u3' }, record: {} }] };
  await refused(client.record.updateRecords(missing), 404, 'GAIA_RE20');
});

test("the client's own upsertRecord adds once and then changes", async () => {
  const updateKey = { field: '顧客ID', value: 'own' };
  const first = await client.record.upsertRecord({ app, updateKey, record: { 名前: { value: '初' } } });
  const second = await client.record.upsertRecord({ app, updateKey, record: { 名前: { value: '次' } } });
  assert.deepEqual([first.revision, second], ['1', { id: first.id, revision: '2' }]);
});

test('all bad records of a batch are named, and none is written', async () => {
  await client.record.addRecord({ app, record: customer('taken') });
  const records = [
    customer('fine'),
    customer('taken'),
    { 名前: { value: 'x'.repeat(21) } },
    customer('bad', { 金額: { value: 'abc' }, 状態: { value: '休止' } }),
  ];
  const error = await refused(client.record.addRecords({ app, records }), 400, 'CB_VA01');
  assert.deepEqual(error.errors, {
    'records[1].顧客ID.value': { messages: ['値がほかのレコードと重複しています。'] },
    'records[2].名前.value': { messages: ['21文字より短くなければなりません。'] },
    'records[2].顧客ID.value': { messages: ['必須です。'] },
    'records[3][金額].value': { messages: ['数字でなければなりません。'] },
    'records[3].状態.value': { messages: ['"休止"は選択肢にありません。'] },
  });
  const { records: kept } = await client.record.getRecords({ app, query: '顧客ID = "fine"' });
  assert.deepEqual(kept, []);
});

test('every record is read by id, by cursor and by offset', async () => {
  const many = await createApp({ 番号: { type: 'NUMBER', code: '番号', label: '番号', unique: true } });
  const manyClient = clientFor(many.token);
  const records = Array.from({ length: 620 }, (_, index) => ({ 番号: { value: index } }));
  const added = await manyClient.record.addAllRecords({ app: many.app, records });
  assert.equal(added.records.length, 620);
  const numbers = (all) => all.map((record) => Number(record.番号.value));
  const expected = records.map((record) => record.番号.value);
  const byId = await manyClient.record.getAllRecordsWithId({ app: many.app, fields: ['番号'], condition: '番号 >= 0' });
  assert.deepEqual(numbers(byId), expected);
  const byCursor = await manyClient.record.getAllRecords({ app: many.app, orderBy: '番号 asc' });
  assert.deepEqual(numbers(byCursor), expected);
  const byOffset = await manyClient.record.getAllRecordsWithOffset({ app: many.app, orderBy: '番号 asc' });
  assert.deepEqual(numbers(byOffset), expected);

  const cursor = await manyClient.record.createCursor({ app: many.app, query: '番号 < 3 order by 番号 asc', size: 2, fields: ['番号'] });
  assert.equal(cursor.totalCount, '3');
  const part = await manyClient.record.getRecordsByCursor({ id: cursor.id });
  assert.deepEqual([part.records.length, part.next], [2, true]);
  await manyClient.record.deleteCursor({ id: cursor.id });
  await refused(manyClient.record.getRecordsByCursor({ id: cursor.id }), 404, 'GAIA_CN01');
});

test('a refusal among all records says which one', async () => {
  const all = await createApp({ キー: { type: 'SINGLE_LINE_TEXT', code: 'キー', label: 'キー', unique: true } });
  const records = Array.from({ length: 150 }, (_, index) => ({ キー: { value: `k${index === 120 ? 119 : index}` } }));
  const adding = clientFor(all.token).record.addAllRecords({ app: all.app, records });
  const error = await adding.then(() => assert.fail('expected a refusal'), (reason) => reason);
  assert.ok(error instanceof KintoneAllRecordsError, String(error));
  assert.equal(error.errorIndex, 120);
  assert.deepEqual([error.error.code, error.error.bulkRequestIndex], ['CB_VA01', 1]);
  assert.deepEqual(Object.keys(error.error.errors), ['records[20].キー.value']);
  const { totalCount } = await clientFor(all.token).record.getRecords({ app: all.app, totalCount: true });
  assert.equal(totalCount, '0');
});

test('a bulk request is one transaction', async () => {
  const other = await createApp(customerFields);
  const both = clientFor([token, other.token]);
  const { results } = await both.bulkRequest({
    requests: [
      { method: 'POST', api: '/k/v1/record.json', payload: { app, record: customer('b1') } },
      { method: 'PUT', endpointName: 'records', payload: { app: other.app, upsert: true, records: [{ updateKey: { field: '顧客ID', value: 'b2' }, record: {} }] } },
    ],
  });
  assert.equal(results[0].revision, '1');
  assert.equal(results[1].records[0].operation, 'INSERT');
  const failing = both.bulkRequest({
    requests: [
      { method: 'DELETE', endpointName: 'records', payload: { app, ids: [results[0].id] } },
      { method: 'POST', endpointName: 'record', payload: { app: other.app, record: {} } },
    ],
  });
  const error = await refused(failing, 400, 'CB_VA01');
  assert.equal(error.bulkRequestIndex, 1);
  await client.record.getRecord({ app, id: results[0].id });
});

test('form, app and settings are read', async () => {
  const form = await client.app.getFormFields({ app, lang: 'ja' });
  assert.equal(form.revision, '1');
  assert.equal(form.properties.顧客ID.unique, true);
  assert.deepEqual(form.properties.状態.options.解約済み, { label: '解約済み', index: '1' });
  assert.equal(form.properties.明細.fields.数量.type, 'NUMBER');
  assert.equal(form.properties.更新日時.type, 'UPDATED_TIME');
  const described = await client.app.getApp({ id: app });
  assert.deepEqual([described.appId, described.spaceId], [app, null]);
  const settings = await client.app.getAppSettings({ app });
  assert.deepEqual(settings.numberPrecision, { digits: '16', decimalPlaces: '4', roundingMode: 'HALF_EVEN' });
});

test('a lookup copies from its source and needs both tokens', async () => {
  await client.record.addRecord({ app, record: customer('looked', { 名前: { value: '参照元' } }) });
  const contracts = await createApp({
    顧客: {
      type: 'SINGLE_LINE_TEXT', code: '顧客', label: '顧客',
      lookup: {
        relatedApp: { app, code: '' }, relatedKeyField: '顧客ID',
        fieldMappings: [{ field: '顧客名', relatedField: '名前' }],
        lookupPickerFields: [], filterCond: '', sort: '',
      },
    },
    顧客名: { type: 'SINGLE_LINE_TEXT', code: '顧客名', label: '顧客名' },
  });
  const both = clientFor([contracts.token, token]);
  const record = { 顧客: { value: 'looked' }, 顧客名: { value: '無視される' } };
  const { id } = await both.record.addRecord({ app: contracts.app, record });
  const copied = await both.record.getRecord({ app: contracts.app, id });
  assert.equal(copied.record.顧客名.value, '参照元');
  const unknown = both.record.addRecord({ app: contracts.app, record: { 顧客: { value: 'nobody' } } });
  const error = await refused(unknown, 400, 'GAIA_LO04');
  assert.equal(error.errors, undefined);
  await refused(clientFor(contracts.token).record.addRecord({ app: contracts.app, record }), 400, 'GAIA_LO04');
});

test('tokens are refused for what they may not do', async () => {
  await addToken(app, `view-${run}`, ['view']);
  await addToken(app, `idle-${run}`, EVERYTHING, false);
  const viewer = clientFor(`view-${run}`);
  await viewer.record.getRecords({ app });
  await refused(viewer.record.addRecord({ app, record: customer('x') }), 403, 'GAIA_NO01');
  await refused(clientFor(`idle-${run}`).record.getRecords({ app }), 400, 'GAIA_IA02');
  await refused(clientFor('unheard-of').record.getRecords({ app }), 400, 'GAIA_IA02');
  await refused(clientFor([token, `view-${run}`]).record.getRecords({ app }), 400, 'GAIA_DA03');
  const other = await createApp(customerFields);
  await refused(client.record.getRecords({ app: other.app }), 403, 'GAIA_AP15');
  await refused(client.record.getRecords({ app: 999999 }), 404, 'GAIA_AP01');
});

test('an app in a guest space is reached by its own path', async () => {
  const guest = await createApp(customerFields, { guest_space: 7 });
  const inside = clientFor(guest.token, { guestSpaceId: 7 });
  const { id } = await inside.record.addRecord({ app: guest.app, record: customer('g') });
  const all = await inside.record.addAllRecords({ app: guest.app, records: [customer('g2')] });
  assert.equal(all.records.length, 1);
  assert.equal((await inside.record.getRecord({ app: guest.app, id })).record.顧客ID.value, 'g');
  await refused(clientFor(guest.token).record.getRecords({ app: guest.app }), 520, 'GAIA_IL23');
  const elsewhere = clientFor(guest.token, { guestSpaceId: 8 });
  await refused(elsewhere.record.getRecords({ app: guest.app }), 403, 'CB_NO02');
});
