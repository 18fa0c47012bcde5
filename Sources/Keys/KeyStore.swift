import Glibc
public import Sealing
import Synchronization
import Wire

/// The keys of people, one small file each, readable by their owner alone. No ledger and no backup of one holds them.
///
/// Whoever uses keys shares the folder; whoever destroys one has it alone, so nothing is sealed with a key that is
/// just going. The sharing ends with the store, or with its process.
public final class KeyStore: Keyring {
    /// The most people that have keys at once.
    public static let peopleMax = SealedEnvelope.subjectsMax
    /// The longest name or address of a person, in bytes of UTF-8.
    public static let personBytesMax = 512

    /// The keys, in files `<id>`.
    public let directory: String
    public let redaction: Redaction
    let shared = Mutex(Shared())

    struct Shared {
        var lock: KeyFolderLock?
        /// Whether the lock is this process's alone.
        var isReserved = false
        /// By id; nil is not remembered, for another process may make a key at any time.
        var keys: [SubjectID: SubjectKey] = [:]
        /// Whose key each file holds, as far as files were read.
        var persons: [SubjectID: String] = [:]
        /// Everybody, as it was when the folder had this age.
        var people: KnownPeople?
        var age = FolderAge()
    }

    /// Opens the folder, whether it is there yet or not.
    public init(directory: String, redaction: Redaction = .looksAlone) {
        self.directory = directory
        self.redaction = redaction
    }

    /// One person, one spelling: what is around it does not count, nor does case.
    public static func normal(_ person: String) -> String {
        person.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    }

    /// The key with this id; nil if it was destroyed, is not here, or cannot be read.
    public func key(_ id: SubjectID) -> SubjectKey? {
        shared.withLock { shared in
            if let key = shared.keys[id] { return key }
            guard (try? share(&shared)) != nil, let file = try? KeyFile.read(path(of: id)) else { return nil }
            shared.keys[id] = file.key
            return file.key
        }
    }

    /// The keys of these people, made where there are none. They are durable when this returns.
    ///
    /// - Throws: `KeyFailure`; keys that were made until then stay, and nothing is sealed with them.
    public func makeKeys(for people: [String]) throws(KeyFailure) -> [SubjectKey] {
        try shared.withLock { shared throws(KeyFailure) in
            try KeyFile.makeFolder(directory)
            try share(&shared)
            let names = people.map(Self.normal)
            for name in names where name.isEmpty || name.utf8.count > Self.personBytesMax {
                throw KeyFailure("a person's name or address has 1 to \(Self.personBytesMax) bytes")
            }
            var known = try sound(self.people(&shared))
            if names.contains(where: { known.ids[$0] == nil }) {
                // Two who make a key for one person at once would make two.
                let lock = try KeyFolderLock(path: "\(directory)/.making", .exclusive, waits: true)
                defer { withExtendedLifetime(lock) {} }
                shared.people = nil
                known = try sound(self.people(&shared))
                let fresh = Set(names).filter { known.ids[$0] == nil }.sorted()
                guard known.count + fresh.count <= Self.peopleMax else {
                    throw KeyFailure("at most \(Self.peopleMax) people can have keys")
                }
                for (name, id) in zip(fresh, try make(fresh, &shared)) { known.add(name, id) }
                shared.people = nil
            }
            return try names.map { name throws(KeyFailure) in
                guard let id = known.ids[name]?.first else { throw KeyFailure("no key could be made") }
                if let key = shared.keys[id] { return key }
                let file = try KeyFile.read(path(of: id))
                shared.keys[id] = file.key
                return file.key
            }
        }
    }

    /// Written under other names first, flushed, then named: none is found before it is durable.
    private func make(_ people: [String], _ shared: inout Shared) throws(KeyFailure) -> [SubjectID] {
        guard !people.isEmpty else { return [] }
        var generator = SystemRandomNumberGenerator()
        var files: [KeyFile] = []
        for person in people {
            let id = SubjectID(high: generator.next(), low: generator.next())
            let secret = (0..<SubjectKey.secretSize).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            guard let key = SubjectKey(id: id, secret: secret) else { throw KeyFailure("no key could be made") }
            files.append(KeyFile(key: key, person: person))
        }
        for file in files { try file.write(besides: path(of: file.key.id)) }
        // Many files are flushed sooner together. It says nothing of errors, so each is asked for after it.
        if files.count > Self.flushedEachMax { sync() }
        for file in files {
            try KeyFile.settle(path(of: file.key.id))
            shared.keys[file.key.id] = file.key
            shared.persons[file.key.id] = file.person
        }
        try KeyFile.syncFolder(directory)
        return files.map(\.key.id)
    }

    /// More new files than these are flushed together, with all else that waits for the disk.
    private static let flushedEachMax = 16

    /// Takes the folder alone, for as long as this store lives: nobody else seals with a key that is just going.
    ///
    /// - Throws: `KeyFailure.isBusy` if another process uses keys now.
    public func reserve() throws(KeyFailure) {
        try shared.withLock { shared throws(KeyFailure) in try reserve(&shared) }
    }

    /// Destroys keys: overwritten, flushed, removed, and forgotten here. It reserves the folder.
    ///
    /// - Throws: `KeyFailure.isBusy` if another process uses keys now; then none is destroyed.
    public func destroy(_ ids: [SubjectID]) throws(KeyFailure) {
        try shared.withLock { shared throws(KeyFailure) in
            guard exists else { return }
            try reserve(&shared)
            for id in ids {
                shared.keys[id] = nil
                shared.persons[id] = nil
                try KeyFile.destroy(path(of: id))
            }
            // Keys that were on their way when their process died, to be or to be no more.
            for name in try KeyFile.names(in: directory)
            where name.hasSuffix(".new") || SubjectID(hex: name) != nil && KeyFile.isDestroyed("\(directory)/\(name)") {
                try KeyFile.destroy("\(directory)/\(name)")
            }
            shared.people = nil
            try KeyFile.syncFolder(directory)
        }
    }

    private func path(of id: SubjectID) -> String { "\(directory)/\(id)" }
    private var lockPath: String { "\(directory)/.lock" }

    var exists: Bool { access(directory, F_OK) == 0 }

    private func reserve(_ shared: inout Shared) throws(KeyFailure) {
        guard exists, !shared.isReserved else { return }
        shared.lock = nil
        shared.lock = try KeyFolderLock(path: lockPath, .exclusive, waits: false)
        shared.isReserved = true
    }

    func share(_ shared: inout Shared) throws(KeyFailure) {
        guard shared.lock == nil else { return }
        shared.lock = try KeyFolderLock(path: lockPath, .shared, waits: true)
    }

    func people(_ shared: inout Shared) throws(KeyFailure) -> KnownPeople {
        let age = FolderAge(of: directory)
        if let people = shared.people, shared.age == age, age.isSettled { return people }
        var people = KnownPeople()
        var persons: [SubjectID: String] = [:]
        for name in try KeyFile.names(in: directory) {
            guard let id = SubjectID(hex: name) else { continue }
            let path = path(of: id)
            if shared.persons[id] == nil {
                do throws(KeyFailure) {
                    let file = try KeyFile.read(path)
                    shared.keys[id] = file.key
                    shared.persons[id] = file.person
                } catch {
                    if !KeyFile.isDestroyed(path) { people.addDamaged(path) }
                    continue
                }
            }
            guard let person = shared.persons[id] else { continue }
            persons[id] = person
            people.add(person, id)
        }
        shared.persons = persons
        shared.people = people
        shared.age = age
        return people
    }
}

/// Why keys could not be read, made or destroyed, in words for the user.
public struct KeyFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// Whether another process is in the way, so that waiting helps.
    public let isBusy: Bool

    init(_ description: String, isBusy: Bool = false) {
        self.description = description
        self.isBusy = isBusy
    }

    static func damaged(_ path: String) -> KeyFailure {
        KeyFailure("\(path) holds no key; restore it from where you keep your keys, or remove it")
    }

    static func system(_ operation: String, _ path: String) -> KeyFailure {
        let reason = errno == ENOSPC ? "the disk is full" : String(cString: strerror(errno))
        return KeyFailure("cannot \(operation) \(path): \(reason)")
    }
}
