/// Writes numbers and texts one behind the other, for files that only this build reads again.
struct Packer {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }

    mutating func put(_ number: Int64?) {
        put(UInt64(number == nil ? 0 : 1))
        put(UInt64(bitPattern: number ?? 0))
    }

    mutating func put(_ text: String) { put(Array(text.utf8)) }

    mutating func put(_ text: String?) {
        put(UInt64(text == nil ? 0 : 1))
        put(text ?? "")
    }

    mutating func put(_ content: [UInt8]) {
        put(UInt64(content.count))
        bytes += content
    }

    mutating func put(_ texts: [String]) {
        put(UInt64(texts.count))
        for text in texts { put(text) }
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

/// Reads what a `Packer` wrote. From the first thing that is not there on it gives zeros, and is `damaged`.
struct Unpacker {
    private let bytes: ArraySlice<UInt8>
    private var place: Int
    private(set) var isDamaged = false

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// Whether everything was read.
    var isAtEnd: Bool { place == bytes.endIndex }

    mutating func number() -> UInt64 {
        guard !isDamaged, bytes.endIndex - place >= 8 else {
            isDamaged = true
            return 0
        }
        defer { place += 8 }
        return bytes.withUnsafeBytes { all in
            UInt64(littleEndian: all.loadUnaligned(fromByteOffset: place - bytes.startIndex, as: UInt64.self))
        }
    }

    mutating func optionalNumber() -> Int64? {
        let isThere = number() == 1
        let value = Int64(bitPattern: number())
        return isThere ? value : nil
    }

    mutating func content() -> ArraySlice<UInt8> {
        let count = number()
        guard !isDamaged, count <= UInt64(bytes.endIndex - place) else {
            isDamaged = true
            return []
        }
        defer { place += Int(count) }
        return bytes[place..<place + Int(count)]
    }

    mutating func text() -> String { String(decoding: content(), as: UTF8.self) }

    mutating func optionalText() -> String? {
        let isThere = number() == 1
        let text = text()
        return isThere ? text : nil
    }

    mutating func texts() -> [String] {
        let count = number()
        // Each has at least its length.
        guard !isDamaged, count <= UInt64(bytes.endIndex - place) / 8 else {
            isDamaged = true
            return []
        }
        return (0..<count).map { _ in text() }
    }
}
