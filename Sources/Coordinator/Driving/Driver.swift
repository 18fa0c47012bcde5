public import EventSourcing
import Events
import Governance
public import Jobs
public import Sealing
import Wire

/// Drives jobs: asks what is pending, does it, and writes down what came of it.
///
/// One driver works a ledger at a time; its epoch fences everything it does. It decides nothing: deciders do.
public struct Driver: Sendable {
    /// How often what came from outside is written again because somebody else wrote meanwhile.
    public static let conflictsMax = 3
    /// How many turns a single drive may take, so that a fault cannot spin for ever.
    public static let turnsMax = 100_000

    let log: any EventLog
    let keyring: any Keyring
    let world: any World
    let calls: any CallExecutor
    let effects: any EffectExecutor
    let context: any ContextProvider
    let observer: any DriveObserver
    /// The version of `driver` at which this driver began; every permit is guarded by it.
    let started: StreamVersion
    /// Of this driver, counted from 1.
    public let epoch: UInt32

    /// Begins an epoch: whatever a driver before this one was about to do is void.
    ///
    /// The caller holds the workspace's driver lock.
    public init(
        on log: any EventLog, keyring: any Keyring, world: any World, calls: any CallExecutor,
        effects: any EffectExecutor,
        context: any ContextProvider, observer: any DriveObserver = NoObserver(), version: String
    ) async throws(DriveFailure) {
        self.log = log
        self.keyring = keyring
        self.world = world
        self.calls = calls
        self.effects = effects
        self.context = context
        self.observer = observer
        do {
            var session = try StreamSession(DriverDecider(), on: StreamName("driver"), in: log)
            guard session.state.rules <= Rules.latest else {
                throw DriveFailure(
                    "A newer build (rules \(session.state.rules)) has driven this ledger; this one knows rules "
                        + "\(Rules.latest). It can be read, not driven. Update daybook.")
            }
            epoch = session.state.epoch + 1
            try session.take(
                .driverStarted(DriverStarted(epoch: epoch, version: version, rules: Rules.latest)), at: world.now())
            guard let append = session.append() else { throw DriveFailure("The driver's epoch could not begin.") }
            _ = try await log.append(
                NewCommit(id: world.commitID(), time: world.now(), actor: "driver", appends: [append]))
            started = session.version
        } catch let failure as DriveFailure {
            throw failure
        } catch {
            throw DriveFailure("The driver could not start: \(error)")
        }
    }

    /// Every job that has not ended, sorted by name.
    public func openJobs() throws(DriveFailure) -> [String] {
        do {
            return try log.streams(in: "job").compactMap { stream in
                let session = try JobSession(String(stream.id), in: log, keyring)
                return session.state.phase.isEnded || session.state.phase == .missing ? nil : session.job
            }
        } catch {
            throw DriveFailure("\(error)")
        }
    }
}

/// Why a job cannot be driven on, in words for the user. What was acknowledged is kept.
public struct DriveFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
