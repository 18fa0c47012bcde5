/// White space in UTF-8: what Unicode calls White_Space (PropList.txt).
enum Blanks {
    @inline(__always)
    static func isASCII(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }

    /// How many bytes the white space that begins at an index has; 0 if something else stands there.
    @inline(__always)
    static func length(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let byte = bytes[index]
        if byte < 0x80 { return isASCII(byte) ? 1 : 0 }
        return longLength(in: bytes, at: index)
    }

    private static func longLength(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        guard index + 1 < bytes.count else { return 0 }
        let (first, second) = (bytes[index], bytes[index + 1])
        if first == 0xc2 { return second == 0x85 || second == 0xa0 ? 2 : 0 }
        guard index + 2 < bytes.count else { return 0 }
        return switch (first, second, bytes[index + 2]) {
        case (0xe1, 0x9a, 0x80), (0xe2, 0x80, 0x80...0x8a), (0xe2, 0x80, 0xa8...0xa9), (0xe2, 0x80, 0xaf),
            (0xe2, 0x81, 0x9f), (0xe3, 0x80, 0x80):
            3
        default: 0
        }
    }

    /// What is left between the white space at both ends.
    static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end {
            let length = length(in: bytes, at: start)
            guard length > 0 else { break }
            start += length
        }
        while start < end {
            if bytes[end - 1] < 0x80 {
                guard isASCII(bytes[end - 1]) else { break }
                end -= 1
                continue
            }
            guard let length = [2, 3].first(where: { end - $0 >= start && self.length(in: bytes, at: end - $0) == $0 })
            else { break }
            end -= length
        }
        return start..<end
    }
}

extension [UInt8] {
    /// Without white space around it.
    var trimmedBlanks: [UInt8] {
        withUnsafeBufferPointer { bytes in Array(bytes[Blanks.trimmed(bytes, 0..<bytes.count)]) }
    }

    /// With one space wherever there is white space, and none around it.
    var oneLine: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(count)
        withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                let length = Blanks.length(in: bytes, at: index)
                if length == 0 {
                    line.append(bytes[index])
                } else if let last = line.last, last != 0x20 {
                    line.append(0x20)
                }
                index += Swift.max(1, length)
            }
        }
        if line.last == 0x20 { line.removeLast() }
        return line
    }
}

extension StringProtocol {
    /// Without blanks and line ends around it.
    var trimmedBlanks: String {
        let trimmed = utf8.withContiguousStorageIfAvailable { bytes in
            String(decoding: bytes[Blanks.trimmed(bytes, 0..<bytes.count)], as: UTF8.self)
        }
        return trimmed ?? String(decoding: Array(utf8).trimmedBlanks, as: UTF8.self)
    }

    /// With one space wherever there is white space.
    var oneLine: String { String(decoding: Array(utf8).oneLine, as: UTF8.self) }
}
