public import EventSourcing
import LMDB
import Synchronization

/// The views of a workspace: disposable files of rows, folded from the log, each in one file a generation.
///
/// Several processes may use a folder at once: whoever finds a view behind the log brings it up to date.
public final class ViewStore: Sendable {
    /// The most events that are folded in one write transaction; a commit that begins within them is taken in whole.
    ///
    /// Few enough that their rows stay in a processor's cache, and enough that jobs which stay open are not encoded
    /// and read again too often.
    public static let batchEventsMax = 16_384
    /// The most generations of a view that are kept: the live one, the one before it, a rebuilt one.
    public static let generationsMax = 3

    /// The folder that holds the files.
    public let directory: String
    let boot: String?
    /// The newest look at each view, so that its file stays open between two.
    private let open = Mutex<[String: View]>([:])

    /// Uses a folder, and makes it if it is not there.
    ///
    /// - Parameter bootID: names the time since the machine was started; nil if it is unknown, and then only a view
    ///   that was checkpointed outlives the process.
    public init(directory: String, bootID: String? = BootID.current()) throws(ViewFailure) {
        try SmallFile.makeFolder(directory)
        self.directory = try SmallFile.canonical(directory)
        boot = bootID
    }

    /// The live view, brought up to the end of the log. Built if there is none that can be trusted.
    ///
    /// - Parameters:
    ///   - atLeast: a position that must be in it, such as that of an append a moment ago.
    ///   - timer: measures the fold.
    /// - Throws: `ViewFailure.stopped` if the fold met an event it does not understand; `view(named:)` still gives
    ///   what was there before. `behind` if the log itself ends before `atLeast`.
    public func catchUp<P: Projection>(
        _ projection: P, from log: any EventLog, atLeast: Position = 0, timer: FoldTimer? = nil
    ) throws(ViewFailure) -> View {
        let view: View
        if let live = try live(P.self, in: log) { view = live } else { view = try build(projection, from: log, timer) }
        try fold(projection, into: view, from: log, timer: timer)
        let position = try view.position()
        guard position >= atLeast else { throw .behind(view: P.name, position: position, asked: atLeast) }
        return view
    }

    /// The live view as it stands, without a look at the log.
    public func view(named name: String) throws(ViewFailure) -> View {
        let pointer = ViewPointer(reading: pointerPath(name))
        guard pointer.current > 0 else { throw .missing(view: name) }
        return try open(name, pointer.current)
    }

    /// Writes all live views to the disk, so that they outlive a crash of the machine. Flushes; to be called now and
    /// then, and at a clean exit.
    public func checkpoint() throws(ViewFailure) {
        for file in SmallFile.names(in: directory) where file.hasSuffix(Self.pointerSuffix) {
            let name = String(file.dropLast(Self.pointerSuffix.count))
            let view: View
            do throws(ViewFailure) { view = try self.view(named: name) } catch { continue }
            try ViewFailure.wrapping {
                // An empty write transaction: nobody else writes while the mark is set.
                try view.generation.environment.write { _ in
                    try view.generation.environment.sync()
                    try BootMark.settle(view.generation.path)
                }
            }
        }
    }
}

// MARK: - Files
extension ViewStore {
    static let pointerSuffix = ".current"

    func pointerPath(_ view: String) -> String { "\(directory)/\(view)\(Self.pointerSuffix)" }

    func lockPath(_ view: String) -> String { "\(directory)/\(view).lock" }

    func path(_ view: String, _ number: UInt32) -> String { "\(directory)/\(view)-\(number).mdb" }

    /// Opens a generation that is there and can be trusted.
    func open(_ view: String, _ number: UInt32) throws(ViewFailure) -> View {
        let path = path(view, number)
        guard SmallFile.exists(path) else { throw .stale(view: view, why: "its file is gone") }
        guard BootMark.isTrusted(path, boot: boot) else {
            throw .stale(view: view, why: "the machine was started anew before the file was written to the disk")
        }
        return try ViewFailure.wrapping {
            let opened = View(lease: try GenerationLease(view: view, number: number, path: path))
            open.withLock { $0[view] = opened }
            return opened
        }
    }

    /// Makes a new generation without rows. A number is used once.
    func create<P: Projection>(_: P.Type) throws(ViewFailure) -> View {
        let number = (numbers(of: P.name).union(ViewPointer(reading: pointerPath(P.name)).generations).max() ?? 0) + 1
        let path = path(P.name, number)
        try BootMark.begin(path, boot: boot)
        return try ViewFailure.wrapping {
            let view = View(lease: try GenerationLease(view: P.name, number: number, path: path))
            try view.generation.environment.write { transaction in
                try view.generation.setStamp(Stamp(revision: P.revision), in: &transaction)
            }
            return view
        }
    }

    /// The numbers of all generations on the disk.
    func numbers(of view: String) -> Set<UInt32> {
        let names = SmallFile.names(in: directory).filter { $0.hasPrefix("\(view)-") && $0.hasSuffix(".mdb") }
        return Set(names.compactMap { UInt32($0.dropFirst(view.count + 1).dropLast(".mdb".count)) })
    }

    /// Removes the files of all generations that nothing points to. Who has one open can read on.
    func dropOthers(than pointer: ViewPointer, of view: String) {
        for number in numbers(of: view).subtracting(pointer.generations) { drop(view, number) }
    }

    func drop(_ view: String, _ number: UInt32) {
        open.withLock { open in
            if open[view]?.number == number { open[view] = nil }
        }
        let path = path(view, number)
        SmallFile.remove(path)
        SmallFile.remove(path + "-lock")
        SmallFile.remove(BootMark.path(for: path))
    }
}

// MARK: - Catching up
extension ViewStore {
    /// The live view, if it can be continued by this projection from this log.
    func live<P: Projection>(_: P.Type, in log: any EventLog) throws(ViewFailure) -> View? {
        let view: View
        let stamp: Stamp
        do throws(ViewFailure) {
            view = try self.view(named: P.name)
            stamp = try view.stamp()
        } catch {
            switch error {
            case .missing, .stale: return nil
            // LMDB could not open it or read it: what is disposable is built again.
            case .storage(let failure) where failure.isDamage: return nil
            default: throw error
            }
        }
        guard stamp.revision <= P.revision else {
            throw .newer(view: P.name, revision: stamp.revision, known: P.revision)
        }
        guard stamp.revision == P.revision, try isPast(stamp, of: log) else { return nil }
        return view
    }

    /// Whether this log is the one that the view was folded from: a restored copy may be another, or shorter.
    private func isPast(_ stamp: Stamp, of log: any EventLog) throws(ViewFailure) -> Bool {
        guard stamp.position > 0 else { return true }
        do {
            let event = try log.events(after: stamp.position - 1, limit: 1).first
            return event.map { Generation.fingerprint(of: $0) == stamp.fingerprint } ?? false
        } catch {
            throw .log(error)
        }
    }

    /// Folds in what the log has beyond the view.
    ///
    /// - Parameter limit: the last position to take in; nil for the end of the log as it is now.
    func fold<P: Projection>(
        _ projection: P, into view: View, from log: any EventLog, upTo limit: Position? = nil, timer: FoldTimer? = nil
    ) throws(ViewFailure) {
        let generation = view.generation
        try ViewFailure.wrapping {
            let end = try limit ?? log.head()
            var position = try view.position()
            while position < end {
                let next = try generation.foldBatch(projection, from: log, upTo: end, boot: boot, timer).position
                guard next > position else { break }
                position = next
            }
        }
    }

    /// Builds the first live view, or a new one in the place of one that cannot be used. The old one serves meanwhile.
    private func build<P: Projection>(
        _ projection: P, from log: any EventLog, _ timer: FoldTimer?
    ) throws(ViewFailure) -> View {
        try ViewFailure.wrapping {
            try FileLock.holding(lockPath(P.name)) {
                // Another process may have built it while this one waited.
                if let view = try live(P.self, in: log) { return view }
                var pointer = ViewPointer(reading: pointerPath(P.name))
                let servesOn = (try? open(P.name, pointer.current)) != nil
                let view = try create(P.self)
                do {
                    try fold(projection, into: view, from: log, timer: timer)
                } catch  where servesOn {
                    drop(P.name, view.number)
                    throw error
                } catch {
                    // Nothing else could serve: what could be folded is better than nothing. `catchUp` meets the
                    // same event again and says so.
                }
                pointer = ViewPointer(current: view.number, previous: servesOn ? pointer.current : 0)
                try pointer.write(to: pointerPath(P.name))
                dropOthers(than: pointer, of: P.name)
                return view
            }
        }
    }
}

extension LMDBError {
    /// Whether the file itself is at fault, rather than the disk, its rights or this process.
    var isDamage: Bool {
        switch cause {
        case .corrupted, .notAnEnvironment, .otherVersion, .truncated, .noTable: true
        default: false
        }
    }
}
