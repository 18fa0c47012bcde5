/// A permit that lets a call reach the world.
public enum Live: Sendable {}
/// A permit that only lets a call be looked at: what replay and what-if hold.
public enum Sealed: Sendable {}

/// The right to make one call or one effect, because its request is durable.
///
/// It names the request by stream and version. It cannot be copied, and whoever acts consumes it, so one request
/// is acted upon at most once in a process. Only a log mints a `Permit<Live>`, from the commit that holds the request.
public struct Permit<Mode>: ~Copyable, Sendable {
    public let stream: StreamName
    /// The version of the request (`CallRequested`, `EffectStarted`) in its stream.
    public let version: StreamVersion

    /// For the room `Ledger` alone; `tools/tidy` sees to it.
    @_spi(Minting)
    public init(stream: StreamName, version: StreamVersion) {
        self.stream = stream
        self.version = version
    }
}

extension Permit where Mode == Sealed {
    /// Anyone may pretend.
    public static func sealed(stream: StreamName, version: StreamVersion) -> Permit<Sealed> {
        Permit(stream: stream, version: version)
    }
}
