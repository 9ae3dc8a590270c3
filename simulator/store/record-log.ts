import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { syncFolderOf } from "./disk-sync.ts";

/** Bytes of one half of the file, many times what it usually holds before it is carried over. */
const HALF_BYTES = 8 * 1024 * 1024;

/** A record's head: length of its text, checksum, number, and how far the last record on the disk was behind it. */
const HEAD_BYTES = 20;

/** The top bytes of a number from 1 up, as a double has it; most places of a file are told apart by them. */
const TOP_BYTES: ReadonlySet<number | undefined> = new Set([0x3f, 0x40, 0x41, 0x42, 0x43]);

/** A record that was on the disk cannot be read, though a later one can: the file was damaged afterwards. */
export class LogDamaged extends Error {
  /** Number of the record that is missing. */
  readonly record: number;
  constructor(record: number) {
    super(`record ${record} cannot be read, and whole records follow it`);
    this.name = "LogDamaged";
    this.record = record;
  }
}

/**
 * The commits that are not in the table yet: a file of numbered records, overwritten in two halves, so that a sync has
 * neither new blocks nor a new length to record. While the rows of one half are carried into the table, new records go to
 * the other. The halves are fixed offsets in a file with holes.
 *
 * A record counts when its checksum fits, which covers the log's `epoch` as well, and when it is the next by number.
 * Anything else is left from an earlier round or an earlier life, or was being written when the power went. A record also
 * says which one was on the disk when it was written, so that damage is told from a tail that the power tore off.
 */
export class RecordLog {
  readonly #path: string;
  readonly #file: number;
  readonly #halfBytes: number;
  #epoch: string;
  #buffer = Buffer.allocUnsafe(256 * 1024);
  #half = 0;
  #at = 0;
  #turns = 0;
  #otherIsFree = true;

  /** Opens, or creates, the file at `path`. */
  constructor(path: string, epoch: string, halfBytes = HALF_BYTES) {
    this.#path = path;
    this.#halfBytes = halfBytes;
    this.#epoch = epoch;
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    // The file must exist on disk before the database records that there is a log.
    syncFolderOf(path);
  }

  /**
   * The records above `number`, in order, up to the first that is not there.
   *
   * @throws LogDamaged when that one was on the disk once
   */
  after(number: number): readonly string[] {
    const bytes = readFileSync(this.#path);
    const found = new Map<number, string>();
    for (let half = 0; half < 2; half += 1) {
      for (let at = half * this.#halfBytes, last: number | undefined; ;) {
        const record = this.#read(bytes, at);
        if (record === undefined || (last !== undefined && record.number !== last + 1)) break;
        found.set(record.number, record.text);
        last = record.number;
        at = record.end;
      }
    }
    const records: string[] = [];
    for (let next = number + 1, text = found.get(next); text !== undefined; next += 1, text = found.get(next))
      records.push(text);
    const missing = number + records.length + 1;
    if (this.#wasOnDisk(bytes, missing)) throw new LogDamaged(missing);
    return records;
  }

  /** Whether a later record says that this one was on the disk. Damage hides where a record begins, so all places count. */
  #wasOnDisk(bytes: Buffer, number: number): boolean {
    for (let at = 0; at + HEAD_BYTES < bytes.length; at += 1) {
      if (!TOP_BYTES.has(bytes[at + 15]) || !(bytes.readDoubleLE(at + 8) > number)) continue;
      const record = this.#read(bytes, at);
      if (record !== undefined && Number.isSafeInteger(record.number) && record.durable >= number) return true;
    }
    return false;
  }

  /** Empties the log: its records are void once the caller has stored the new epoch. */
  restart(epoch: string): void {
    this.#epoch = epoch;
    this.#half = 0;
    this.#at = 0;
    this.#turns += 1;
    this.#otherIsFree = true;
  }

  /**
   * Writes a record without a sync. `durable`: up to which record all are on the disk now. False, with nothing written, when
   * this half has no room.
   */
  append(number: number, text: string, durable = 0): boolean {
    // A UTF-16 unit takes three bytes at most.
    if (HEAD_BYTES + text.length * 3 > this.#buffer.length)
      this.#buffer = Buffer.allocUnsafe(HEAD_BYTES + text.length * 4);
    const length = this.#buffer.write(text, HEAD_BYTES, "utf8");
    const end = this.#at + HEAD_BYTES + length;
    if (end > this.#halfBytes) return false;
    this.#buffer.writeUInt32LE(length, 0);
    this.#buffer.writeDoubleLE(number, 8);
    this.#buffer.writeUInt32LE(Math.min(number - durable, 0xffff_ffff), 16);
    this.#buffer.writeUInt32LE(this.#checksum(this.#buffer, 0, length), 4);
    const place = this.#half * this.#halfBytes + this.#at;
    for (let written = 0; written < HEAD_BYTES + length;)
      written += writeSync(this.#file, this.#buffer, written, HEAD_BYTES + length - written, place + written);
    this.#at = end;
    return true;
  }

  /**
   * Switches to the other half, if that is free. Returns a function to call once all records of the former half are in
   * the table and synced.
   */
  turn(): () => void {
    if (this.#otherIsFree) {
      this.#half = 1 - this.#half;
      this.#at = 0;
      this.#turns += 1;
      this.#otherIsFree = false;
    }
    const turn = this.#turns;
    return () => {
      if (turn === this.#turns) this.#otherIsFree = true;
    };
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Deletes the file; call it when all records are in the table. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #read(
    bytes: Buffer,
    at: number,
  ): { readonly number: number; readonly durable: number; readonly text: string; readonly end: number } | undefined {
    if (at + HEAD_BYTES > bytes.length) return undefined;
    const length = bytes.readUInt32LE(at);
    const end = at + HEAD_BYTES + length;
    if (length === 0 || end > bytes.length || bytes.readUInt32LE(at + 4) !== this.#checksum(bytes, at, length))
      return undefined;
    const number = bytes.readDoubleLE(at + 8);
    return {
      number,
      durable: number - bytes.readUInt32LE(at + 16),
      text: bytes.toString("utf8", at + HEAD_BYTES, end),
      end,
    };
  }

  /** Over epoch, number, what was on the disk, and text. */
  #checksum(bytes: Buffer, at: number, length: number): number {
    return crc32(bytes.subarray(at + 8, at + HEAD_BYTES + length), crc32(this.#epoch));
  }
}
