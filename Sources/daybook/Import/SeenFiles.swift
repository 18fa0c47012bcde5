import Documents
import EventSourcing
import Events
import Keys
import Knowledge
import ViewStore
import Wire

/// What files said that have been read, by their stamps: what is as it was, and is in the ledger, is not read again.
///
/// As in git's index, a file whose stamp is too young to tell a change is not remembered. Everything may be forgotten.
struct SeenFiles {
    /// One text of a file, by what the ledger would keep of it.
    struct Item: Sendable {
        let entry: String
        let place: String
        let line: Int
        let content: ContentKey
    }

    private struct File {
        let stamp: FileStamp
        let items: [Item]
    }

    /// Raised when files of one content give other texts.
    private static let revision: UInt64 = 1

    private let cache: CacheFile
    /// When stamps were looked at, at the earliest.
    private let start: Timestamp
    /// What the import was told that decides on what is kept of a text.
    private let options: UInt64
    /// Of the folder with the keys of people: who is known decides on what is sealed. Everything is read again then.
    private let people: UInt64
    private var files: [UInt64: File] = [:]
    private var isChanged = false

    /// - Parameter time: before any file was looked at.
    init(in workplace: Workplace, options: ImportOptions, at time: Timestamp) {
        cache = CacheFile(
            path: "\(workplace.views.directory)/files.seen", mark: 0x6e65_6573_0000 << 8 | Self.revision)
        start = time
        var fingerprint = Fingerprint(seed: Self.revision)
        let words: [String] = [
            options.collection ?? "", options.form.map { "\($0)" } ?? "", options.documents.kind?.rawValue ?? "",
            options.documents.idColumn ?? "", options.documents.charset.name,
        ]
        for word in words { fingerprint.add(word.utf8.span.bytes) }
        self.options = fingerprint.value
        people = FileStamp(of: workplace.keys.directory)?.changed ?? 0
        read(cache.read())
    }

    /// What a file said, if it is as it was.
    func items(of file: ImportFile) -> [Item]? {
        guard let seen = files[key(file)], seen.stamp == file.stamp else { return nil }
        return seen.items
    }

    /// Remembers what a file says: all of it, and it is in the ledger just so.
    mutating func keep(_ items: [Item], of file: ImportFile) {
        guard file.stamp.isSettled(at: start) else { return }
        files[key(file)] = File(stamp: file.stamp, items: items)
        isChanged = true
    }

    mutating func save() {
        guard isChanged else { return }
        var packer = Packer()
        packer.put(people)
        for (key, file) in files {
            packer.put(key)
            for number in [file.stamp.size, file.stamp.inode, file.stamp.modified, file.stamp.changed] {
                packer.put(number)
            }
            packer.put(UInt64(file.items.count))
            for item in file.items {
                packer.put(item.entry)
                packer.put(item.place)
                packer.put(UInt64(item.line))
                packer.put(item.content.high)
                packer.put(item.content.low)
            }
        }
        packer.put(Self.check(packer.bytes[...]))
        cache.replace(with: packer.bytes)
        isChanged = false
    }

    private mutating func read(_ bytes: [UInt8]) {
        let content = bytes.dropLast(8)
        var last = Unpacker(bytes.suffix(8))
        guard last.number() == Self.check(content), !last.isDamaged else { return }
        var unpacker = Unpacker(content)
        guard unpacker.number() == people else { return }
        var found: [UInt64: File] = [:]
        while !unpacker.isAtEnd {
            let key = unpacker.number()
            let stamp = FileStamp(
                size: unpacker.number(), inode: unpacker.number(), modified: unpacker.number(),
                changed: unpacker.number())
            var items: [Item] = []
            for _ in 0..<unpacker.number() {
                guard !unpacker.isDamaged else { return }
                items.append(
                    Item(
                        entry: unpacker.text(), place: unpacker.text(), line: Int(clamping: unpacker.number()),
                        content: ContentKey(high: unpacker.number(), low: unpacker.number())))
            }
            guard !unpacker.isDamaged else { return }
            found[key] = File(stamp: stamp, items: items)
        }
        files = found
    }

    private static func check(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var fingerprint = Fingerprint(seed: revision)
        bytes.withUnsafeBytes { fingerprint.add($0.bytes) }
        return fingerprint.value
    }

    /// Where a file lies decides on its collection and its name, too.
    private func key(_ file: ImportFile) -> UInt64 {
        var fingerprint = Fingerprint(seed: options)
        for word in [file.path, file.name, file.below, file.collection ?? ""] {
            fingerprint.add(word.utf8.span.bytes)
        }
        return fingerprint.value
    }
}
