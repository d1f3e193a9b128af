// Digests for `digest()`, loaded only by forms that call it: MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4), over 32-bit words
// and, for the long ones, BigInt.

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Pads a message to whole blocks, its length in bits at the end. */
function padded(bytes: Uint8Array, block: number, little: boolean): DataView {
  const room = block / 8;
  const size = Math.ceil((bytes.length + 1 + room) / block) * block;
  const out = new Uint8Array(size);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  const bits = bytes.length * 8;
  const [high, low] = [Math.floor(bits / 2 ** 32), bits >>> 0];
  view.setUint32(size - (little ? 8 : 4), low, little);
  view.setUint32(size - (little ? 4 : 8), high, little);
  return view;
}

const left = (n: number, by: number) => (n << by) | (n >>> (32 - by));

function md5(bytes: Uint8Array): Uint8Array {
  const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  const view = padded(bytes, 64, true);
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a, b, c, d] = state as [number, number, number, number];
    for (let i = 0; i < 64; i += 1) {
      const round = i >> 4;
      const mix = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round]!;
      const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round]! % 16;
      const sum = (a + mix + Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) + view.getUint32(at + word * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + left(sum, shifts[round]![i % 4]!)) | 0];
    }
    [a, b, c, d].forEach((n, i) => (state[i] = (state[i]! + n) | 0));
  }
  return written(state, true);
}

function sha1(bytes: Uint8Array): Uint8Array {
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const view = padded(bytes, 64, false);
  const w: number[] = [];
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a, b, c, d, e] = state as [number, number, number, number, number];
    for (let i = 0; i < 80; i += 1) {
      w[i] = i < 16 ? view.getUint32(at + i * 4) : left(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1);
      const round = Math.floor(i / 20);
      const mix = [(b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d][round]!;
      const next = (left(a, 5) + mix + e + w[i]! + [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round]!) | 0;
      [e, d, c, b, a] = [d, c, left(b, 30), a, next];
    }
    [a, b, c, d, e].forEach((n, i) => (state[i] = (state[i]! + n) | 0));
  }
  return written(state, false);
}

function written(words: number[], little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((n, i) => view.setUint32(i * 4, n >>> 0, little));
  return new Uint8Array(view.buffer);
}

const primes = (n: number) => {
  const out: bigint[] = [];
  for (let p = 2n; out.length < n; p += 1n) if (out.every((q) => p % q)) out.push(p);
  return out;
};

/** The first bits after the point of a prime's square or cube root. */
function root(prime: bigint, power: bigint, bits: bigint): bigint {
  const wanted = prime << (bits * power);
  let low = 0n, high = 1n << (bits + 8n);
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= wanted) low = middle;
    else high = middle - 1n;
  }
  return low & ((1n << bits) - 1n);
}

/** SHA-2 over words of 32 or 64 bits. */
function sha2(bytes: Uint8Array, bits: 32 | 64, state: bigint[], out: number): Uint8Array {
  const wide = bits === 64;
  const size = BigInt(bits), mask = (1n << size) - 1n;
  const turn = (n: bigint, by: number) => ((n >> BigInt(by)) | (n << (size - BigInt(by)))) & mask;
  const rounds = wide ? 80 : 64;
  const keys = primes(rounds).map((p) => root(p, 3n, size));
  const [s0, s1, e0, e1] = wide
    ? [[1, 8, 7], [19, 61, 6], [28, 34, 39], [14, 18, 41]]
    : [[7, 18, 3], [17, 19, 10], [2, 13, 22], [6, 11, 25]];
  const small = (n: bigint, by: number[]) => turn(n, by[0]!) ^ turn(n, by[1]!) ^ (n >> BigInt(by[2]!));
  const large = (n: bigint, by: number[]) => turn(n, by[0]!) ^ turn(n, by[1]!) ^ turn(n, by[2]!);
  const block = wide ? 128 : 64;
  const view = padded(bytes, block, false);
  const w: bigint[] = [];
  for (let at = 0; at < view.byteLength; at += block) {
    let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let i = 0; i < rounds; i += 1) {
      w[i] = i >= 16 ? (small(w[i - 2]!, s1!) + w[i - 7]! + small(w[i - 15]!, s0!) + w[i - 16]!) & mask
        : wide ? view.getBigUint64(at + i * 8) : BigInt(view.getUint32(at + i * 4));
      const one = h + large(e, e1!) + ((e & f) ^ (~e & mask & g)) + keys[i]! + w[i]!;
      const two = large(a, e0!) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask];
    }
    state = [a, b, c, d, e, f, g, h].map((n, i) => (n + state[i]!) & mask);
  }
  const hex = state.map((n) => n.toString(16).padStart(bits / 4, "0")).join("");
  return Uint8Array.from(hex.match(/../g)!.slice(0, out), (b) => parseInt(b, 16));
}

const starts = (bits: bigint, first: number) => primes(first + 8).slice(first).map((p) => root(p, 2n, bits));

/** The digest of a text by the algorithm's name: MD5, SHA-1, SHA-256, SHA-384 or SHA-512. */
export function digest(text: string, algorithm: string): Uint8Array {
  const bytes = bytesOf(text);
  switch (algorithm) {
    case "MD5": return md5(bytes);
    case "SHA-1": return sha1(bytes);
    case "SHA-256": return sha2(bytes, 32, starts(32n, 0), 32);
    case "SHA-384": return sha2(bytes, 64, starts(64n, 8), 48);
    case "SHA-512": return sha2(bytes, 64, starts(64n, 0), 64);
    default: throw Error(`there is no algorithm "${algorithm}"; use MD5, SHA-1, SHA-256, SHA-384 or SHA-512`);
  }
}
