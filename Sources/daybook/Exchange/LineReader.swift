import Foundation
import Wire

/// The lines of a file, one after the other; a file that somebody else made may be of any size.
final class LineReader {
    private static let pieceBytes = 1 << 20

    private let descriptor: CInt
    private let name: String
    private let lineBytesMax: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Counted from 1.
    private(set) var line = 0

    init(_ path: String, called name: String, lineBytesMax: Int) throws {
        try UserFile.require(path, called: name)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Complaint("\(name) cannot be read", status: .noAccess) }
        self.name = name
        self.lineBytesMax = lineBytesMax
    }

    deinit { close(descriptor) }

    /// The next line without its line break; nil behind the last.
    ///
    /// - Throws: `Complaint` for a line that is too long, or that has no end.
    func next() throws -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                line += 1
                return Array(buffer[start..<end])
            }
            searched = buffer.count
            guard buffer.count - start <= lineBytesMax else {
                throw complaint("is longer than \(Format.count(lineBytesMax)) bytes")
            }
            guard !isAtEnd else {
                if start < buffer.count { throw complaint("has no end: the file was cut off") }
                return nil
            }
            buffer.removeFirst(start)
            (searched, start) = (searched - start, 0)
            try fill()
        }
    }

    private func complaint(_ words: String) -> Complaint {
        Complaint("\(name), line \(line + 1) \(words)", hint: "nothing of it was taken in", status: .badInput)
    }

    private func fill() throws {
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.pieceBytes))
        let count = buffer.withUnsafeMutableBytes { [descriptor] room in
            read(descriptor, room.baseAddress.map { $0 + old }, Self.pieceBytes)
        }
        buffer.removeLast(Self.pieceBytes - max(0, count))
        if count < 0 {
            throw Complaint("\(name) cannot be read: \(String(cString: strerror(errno)))", status: .storage)
        }
        isAtEnd = count == 0
    }
}
