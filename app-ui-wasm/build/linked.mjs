// What refers to what in a module linked with `--emit-relocs`: its functions, the named pieces of its
// data, and from which of them each is reached. The formats are those of WebAssembly's tool conventions
// (Linking.md).

const SECTION = { custom: 0, import: 2, export: 7, code: 10, data: 11 };
const SYMBOL = { function: 0, data: 1, global: 2, section: 3, tag: 4, table: 5 };
const SYMBOL_TABLE = 8;
const [UNDEFINED, EXPLICIT_NAME] = [0x10, 0x40];
/** Relocations that name a function, and those that name a piece of data. */
const TO_FUNCTION = new Set([0, 1, 2]);
const TO_DATA = new Set([3, 4, 5]);
/** Those of which a further number says how far behind what they name. */
const WITH_ADDEND = new Set([...TO_DATA, 8, 9]);
/** Those that name types, globals and tables, which are no matter here. */
const OTHERS = new Set([6, 7, 8, 9, 13, 20]);

/**
 * The module as a graph: `functions` by index and `data` by symbol are its nodes, each with the `refers`
 * of its own to other nodes; `roots` are the functions that the module exports.
 */
export function graph(bytes) {
  const sections = [...sectionsOf(bytes)];
  const only = (kind) => sections.find(({ id }) => id === kind);
  const custom = (name) => sections.find((section) => section.name === name);
  if (!custom("linking") || !custom("reloc.CODE") || !custom("reloc.DATA")) {
    throw new Error("the module has no relocations: link it with --emit-relocs");
  }
  const functions = bodies(bytes, only(SECTION.code), importedFunctions(bytes, only(SECTION.import)));
  const segments = segmentsOf(bytes, only(SECTION.data));
  const symbols = symbolsOf(bytes, custom("linking"), functions, segments);
  const data = symbols.filter((symbol) => symbol?.size > 0);
  connect(bytes, custom("reloc.CODE"), only(SECTION.code), [...functions.values()], symbols);
  connect(bytes, custom("reloc.DATA"), only(SECTION.data), data, symbols);
  return { functions, data, roots: exportedFunctions(bytes, only(SECTION.export), functions) };
}

/** The module without what the linker left for tools like this one. */
export function withoutRelocations(bytes) {
  const left = [...sectionsOf(bytes)].filter(({ name }) => !/^(linking|reloc\..*)$/.test(name));
  return Buffer.concat([bytes.subarray(0, 8), ...left.map(({ start, end }) => bytes.subarray(start, end))]);
}

class Reader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }
  byte() {
    return this.bytes[this.at++];
  }
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
  text() {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at - length, length).toString();
  }
}

function* sectionsOf(bytes) {
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.byte();
    const length = reader.number();
    const [begin, end] = [reader.at, reader.at + length];
    const name = id === SECTION.custom ? reader.text() : undefined;
    yield { id, name, start, begin, content: reader.at, end };
    reader.at = end;
  }
}

function importedFunctions(bytes, section) {
  if (!section) return 0;
  const reader = new Reader(bytes, section.begin);
  let functions = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.text();
    reader.text();
    if (reader.byte() !== 0) throw new Error("a module that imports more than functions is not expected");
    reader.number();
    functions++;
  }
  return functions;
}

function exportedFunctions(bytes, section, functions) {
  const reader = new Reader(bytes, section.begin);
  const exported = [];
  for (let left = reader.number(); left > 0; left--) {
    reader.text();
    const kind = reader.byte();
    const index = reader.number();
    if (kind === 0 && functions.has(index)) exported.push(functions.get(index));
  }
  return exported;
}

function bodies(bytes, section, imported) {
  const reader = new Reader(bytes, section.begin);
  const functions = new Map();
  const count = reader.number();
  for (let index = imported; index < imported + count; index++) {
    const size = reader.number();
    functions.set(index, { index, begin: reader.at, end: reader.at + size, refers: new Set() });
    reader.at += size;
  }
  return functions;
}

function segmentsOf(bytes, section) {
  const reader = new Reader(bytes, section.begin);
  return Array.from({ length: reader.number() }, () => {
    if (reader.number() !== 0 || reader.byte() !== 0x41) {
      throw new Error("data that is not placed at a fixed address is not expected");
    }
    while (reader.byte() >= 128);
    reader.byte();
    const size = reader.number();
    reader.at += size;
    return reader.at - size;
  });
}

/** By symbol index: the function or the piece of data that it names. */
function symbolsOf(bytes, section, functions, segments) {
  const reader = new Reader(bytes, section.content);
  reader.number();
  while (reader.byte() !== SYMBOL_TABLE) {
    const size = reader.number();
    reader.at += size;
  }
  reader.number();
  return Array.from({ length: reader.number() }, () => {
    const kind = reader.byte();
    const flags = reader.number();
    if (kind === SYMBOL.data) {
      const name = reader.text();
      if (flags & UNDEFINED) return undefined;
      const begin = segments[reader.number()] + reader.number();
      const size = reader.number();
      return { name, begin, size, end: begin + size, refers: new Set() };
    }
    const index = reader.number();
    if (kind !== SYMBOL.section && (!(flags & UNDEFINED) || flags & EXPLICIT_NAME)) {
      const name = reader.text();
      const named = kind === SYMBOL.function ? functions.get(index) : undefined;
      if (named) named.name = name;
      return named;
    }
    return undefined;
  });
}

/** Puts each relocation of a section down to the nodes in which it stands: two names may share data. */
function connect(bytes, relocations, section, nodes, symbols) {
  const reader = new Reader(bytes, relocations.content);
  reader.number();
  for (let left = reader.number(); left > 0; left--) {
    const type = reader.byte();
    const place = section.begin + reader.number();
    const symbol = symbols[reader.number()];
    if (WITH_ADDEND.has(type)) reader.number();
    if (OTHERS.has(type) || !symbol) continue;
    if (!TO_FUNCTION.has(type) && !TO_DATA.has(type)) throw new Error(`a relocation of type ${type} is not expected`);
    const from = nodes.filter(({ begin, end }) => begin <= place && place < end);
    if (from.length === 0) throw new Error(`the relocation at ${place} belongs to nothing that has a name`);
    for (const node of from) node.refers.add(symbol);
  }
}
