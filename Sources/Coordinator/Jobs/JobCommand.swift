public import EventSourcing
public import Events
public import Jobs
public import Sealing

/// Hands a person's observation to a job: a decision on an approval, a pause, a note.
public struct JobCommand: Sendable {
    /// How often it is tried again because the driver wrote to the job meanwhile.
    public static let conflictsMax = 16

    private let log: any EventLog
    private let keyring: any Keyring
    private let world: any World
    private let actor: String

    public init(on log: any EventLog, keyring: any Keyring, world: any World, actor: String) {
        self.log = log
        self.keyring = keyring
        self.world = world
        self.actor = actor
    }

    /// Takes the observations in one commit.
    ///
    /// - Parameter artifacts: as they are to be kept.
    /// - Throws: `CommandFailure.rejected` when the job says no; nothing is written then.
    public func observe(
        _ observations: [JobObservation], by job: String, artifacts: [[UInt8]] = []
    ) async throws(CommandFailure) {
        for _ in 0..<Self.conflictsMax {
            do {
                var session = try JobSession(job, in: log, keyring)
                guard session.state.phase != .missing else { throw CommandFailure.noSuchJob(job) }
                let time = world.now()
                for observation in observations {
                    do throws(JobRejection) {
                        try session.take(observation, artifacts: artifacts, at: time)
                    } catch {
                        throw CommandFailure.rejected(error)
                    }
                }
                guard let commit = session.commit(id: world.commitID(), actor: actor) else { return }
                do throws(AppendFailure) {
                    _ = try await log.settle(commit)
                    return
                } catch {
                    guard case .wrongExpectedVersion = error else { throw CommandFailure.unavailable("\(error)") }
                }
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                throw .unavailable("\(error)")
            }
        }
        throw .unavailable("\(job) is being written to all the time; try again.")
    }
}

/// Why a person's wish was not taken.
public enum CommandFailure: Error, Sendable {
    case noSuchJob(String)
    case rejected(JobRejection)
    case unavailable(String)
}
