import CLMDB

/// A table with integer keys, in order of number.
public struct IntegerTable: Sendable {
    let dbi: MDB_dbi
}

/// A table whose keys are bytes (1 to `Environment.keyBytesMax`), in order of bytes.
public struct BytesTable: Sendable {
    let dbi: MDB_dbi
}
