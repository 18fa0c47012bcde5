import Glibc

/// The folder in which all participants of a case find the same documents, terms and vectors.
struct SharedFolder {
    let path: String

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The real documents that a request names, a line each.
    func documents(_ request: Request) throws -> [String] {
        Array(try lines(request.text("from") + "/documents.txt").prefix(request.int("count")))
    }

    func queries(_ request: Request) throws -> [String] {
        Array(try lines(request.text("from") + "/queries.txt").prefix(request.int("queries", .max)))
    }

    private func lines(_ path: String) throws -> [String] {
        guard let stream = fopen(path, "r") else { throw Misuse("cannot read \(path)") }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&block, 1, block.count, stream)
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ lines: [String], _ name: String) throws {
        try write(lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }, name)
    }

    func write<Number: BitwiseCopyable>(_ numbers: [Number], _ name: String) throws {
        guard let stream = fopen(file(name), "w") else { throw Misuse("cannot write \(file(name))") }
        let written = numbers.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
        guard fclose(stream) == 0, written == numbers.count * MemoryLayout<Number>.stride else {
            throw Misuse("cannot write \(file(name))")
        }
    }
}
