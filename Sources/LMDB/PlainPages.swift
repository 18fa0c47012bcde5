import Glibc

/// The pages of a file of LMDB's, read as plain bytes, without mapping them: for a file that may have been cut off.
///
/// The layout is that of data format 1 on 64-bit machines (`MDB_page`, `MDB_node` in `mdb.c`). Nothing that is read is
/// trusted: every number is held against the page that it stands in, and against the file.
struct PlainPages {
    /// The deepest tree.
    private static let depthMax = 32
    /// The most pages of one list of free pages.
    private static let listPagesMax = 1 << 16

    private let descriptor: CInt
    private let pageBytes: Int
    /// How many whole pages the file has.
    let count: UInt64
    private let path: String

    init(_ descriptor: CInt, pageBytes: Int, count: UInt64, _ path: String) {
        self.descriptor = descriptor
        self.pageBytes = pageBytes
        self.count = count
        self.path = path
    }

    /// Whether each of these pages is in the tree of free pages; false too if that tree cannot be read.
    ///
    /// - Parameter root: that of the tree of free pages.
    func listsAsFree(_ wanted: ClosedRange<UInt64>, root: UInt64) throws(LMDBError) -> Bool {
        guard UInt64(wanted.count) <= UInt64(Self.listPagesMax) else { return false }
        var found: Set<UInt64> = []
        guard root < count else { return false }
        var open = [(page: root, depth: 1)]
        var visited = 0
        while let (number, depth) = open.popLast() {
            visited += 1
            guard depth <= Self.depthMax, visited <= Self.listPagesMax, let page = try bytes(of: number, pages: 1),
                let nodes = Nodes(page)
            else { return false }
            for node in nodes.all {
                if nodes.isBranch {
                    open.append((node.child, depth + 1))
                } else {
                    guard let list = try list(node, in: page) else { return false }
                    found.formUnion(list.lazy.filter(wanted.contains))
                }
            }
        }
        return found.count == wanted.count
    }

    /// A row of the tree of free pages: how many, then their numbers. Nil if it is none.
    private func list(_ node: Node, in page: [UInt8]) throws(LMDBError) -> [UInt64]? {
        guard node.isElsewhere else { return list(in: page, at: node.dataStart, byteCount: node.dataLength) }
        guard let place = page.word(at: node.dataStart), node.dataLength <= Self.listPagesMax * pageBytes else {
            return nil
        }
        let pages = (Nodes.headerBytes + node.dataLength + pageBytes - 1) / pageBytes
        guard let run = try bytes(of: place, pages: pages) else { return nil }
        return list(in: run, at: Nodes.headerBytes, byteCount: node.dataLength)
    }

    private func list(in bytes: [UInt8], at start: Int, byteCount: Int) -> [UInt64]? {
        guard start + byteCount <= bytes.count, let length = bytes.word(at: start), byteCount >= 8,
            length < UInt64(byteCount / 8)
        else { return nil }
        return (0..<Int(length)).compactMap { bytes.word(at: start + 8 + 8 * $0) }
    }

    /// Nil if the file does not have them, or they are not what their header says.
    private func bytes(of number: UInt64, pages: Int) throws(LMDBError) -> [UInt8]? {
        guard number < count, UInt64(pages) <= count - number else { return nil }
        var bytes = [UInt8](repeating: 0, count: pages * pageBytes)
        let length = pread(descriptor, &bytes, bytes.count, off_t(number) * off_t(pageBytes))
        guard length >= 0 else { throw LMDBError(code: errno, "read", path) }
        return length == bytes.count && bytes.word(at: 0) == number ? bytes : nil
    }
}

/// The nodes of a branch page or a leaf page.
private struct Nodes {
    static let headerBytes = 16
    private static let branchFlag: UInt16 = 0x01
    private static let leafFlag: UInt16 = 0x02

    let isBranch: Bool
    let all: [Node]

    /// Nil if these bytes are no such page.
    init?(_ page: [UInt8]) {
        guard let flags = page.half(at: 10), let lower = page.half(at: 12) else { return nil }
        isBranch = flags & Self.branchFlag != 0
        guard isBranch || flags & Self.leafFlag != 0, (Self.headerBytes...page.count).contains(Int(lower)) else {
            return nil
        }
        var all: [Node] = []
        for place in stride(from: Self.headerBytes, to: Int(lower), by: 2) {
            guard let start = page.half(at: place), let node = Node(page, at: Int(start)) else { return nil }
            all.append(node)
        }
        self.all = all
    }
}

/// A node of a branch page, with the page that it leads to, or of a leaf page, with its row.
private struct Node {
    private static let headerBytes = 8
    private static let elsewhereFlag: UInt16 = 0x01

    let child: UInt64
    let dataStart: Int
    let dataLength: Int
    /// The row is in pages of its own; here stands the first one's number.
    let isElsewhere: Bool

    /// Nil if the page ends before it does.
    init?(_ page: [UInt8], at start: Int) {
        guard let low = page.half(at: start), let high = page.half(at: start + 2), let flags = page.half(at: start + 4),
            let keyLength = page.half(at: start + 6)
        else { return nil }
        child = UInt64(low) | UInt64(high) << 16 | UInt64(flags) << 32
        dataStart = start + Self.headerBytes + Int(keyLength)
        dataLength = Int(low) | Int(high) << 16
        isElsewhere = flags & Self.elsewhereFlag != 0
        guard dataStart <= page.count else { return nil }
    }
}

extension [UInt8] {
    fileprivate func half(at index: Int) -> UInt16? {
        index >= 0 && index + 2 <= count
            ? withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt16.self) } : nil
    }

    fileprivate func word(at index: Int) -> UInt64? {
        index >= 0 && index + 8 <= count
            ? withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) } : nil
    }
}
