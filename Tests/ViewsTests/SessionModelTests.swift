import EventSourcing
import Events
import Testing
import Views
import Wire

/// What sessions are meant to hold, written down plainly: a list of everything that was ever said.
private struct NaiveSessions {
    struct Exchange: Equatable {
        let agent: String
        let customer: String
        let job: String
        let task: StreamVersion
        let completed: StreamVersion
        let ttl: Timestamp
        var until: Timestamp
        var state: ApprovalRowState?
    }

    var exchanges: [Exchange] = []

    mutating func ask(_ exchange: Exchange, at now: Timestamp) {
        exchanges.append(exchange)
        prune(exchange.agent, exchange.customer, at: now)
    }

    mutating func decide(_ place: Int, _ state: ApprovalRowState, at now: Timestamp) {
        exchanges[place].state = state
        let exchange = exchanges[place]
        if exchange.until > now { exchanges[place].until = now + exchange.ttl }
        prune(exchange.agent, exchange.customer, at: now)
    }

    private mutating func prune(_ agent: String, _ customer: String, at now: Timestamp) {
        exchanges.removeAll { $0.agent == agent && $0.customer == customer && $0.until <= now }
        let count = exchanges.count { $0.agent == agent && $0.customer == customer }
        for _ in 0..<max(0, count - Sessions.exchangesMax) {
            let first = exchanges.firstIndex { $0.agent == agent && $0.customer == customer }
            if let first { exchanges.remove(at: first) }
        }
    }
}

@Suite struct `Sessions of roles and customers that are asked anything` {
    private static let agents = ["writer", "planner", "writer/olive"]
    private static let customers = ["", "olive", "olive/writer", "Zoë & Söhne"]

    @Test(arguments: 1...12) func `hold what a plain list says, and nobody else's`(_ seed: UInt64) async throws {
        var generator = Seeded(seed)
        var asking = Asking()
        var naive = NaiveSessions()
        // Every job is about one customer.
        let jobs = try await Self.begin(&asking)
        for _ in 0..<300 {
            asking.book.time += Timestamp.random(in: 0...600_000_000, using: &generator)
            if Int.random(in: 0..<4, using: &generator) > 0 || naive.exchanges.isEmpty {
                let job = jobs[Int.random(in: 0..<jobs.count, using: &generator)]
                let agent = Self.agents[Int.random(in: 0..<Self.agents.count, using: &generator)]
                let hours = UInt64.random(in: 1...6, using: &generator)
                let made = try await asking.ask(
                    job.name, "draft", Asking.terms(agent, about: job.customer, hours: hours),
                    answer: "\(job.name) \(generator.next())")
                let ttl = Timestamp(hours) * 3_600_000_000
                naive.ask(
                    NaiveSessions.Exchange(
                        agent: agent, customer: job.customer, job: job.name, task: made.task,
                        completed: made.completed, ttl: ttl, until: asking.book.time + ttl),
                    at: asking.book.time)
            } else {
                let place = Int.random(in: 0..<naive.exchanges.count, using: &generator)
                let exchange = naive.exchanges[place]
                let (verdict, state): (ApprovalDecided.Verdict, ApprovalRowState) =
                    Bool.random(using: &generator) ? (.approve, .approved) : (.reject, .rejected)
                try await asking.decide(exchange.job, about: exchange.completed, verdict)
                naive.decide(place, state, at: asking.book.time)
            }
        }
        try Self.compare(asking, naive)
    }

    private static func begin(_ asking: inout Asking) async throws -> [(name: String, customer: String)] {
        var jobs: [(name: String, customer: String)] = []
        for (number, customer) in (customers + customers).enumerated() {
            jobs.append(("letter-\(number + 1)", customer))
            try await asking.begin("letter-\(number + 1)")
        }
        return jobs
    }

    private static func compare(_ asking: Asking, _ naive: NaiveSessions) throws {
        let rows = try asking.rows()
        var count = 0
        for agent in agents {
            for customer in customers {
                let found = try Sessions.exchanges(of: agent, with: customer, in: rows)
                #expect(found.allSatisfy { $0.agent == agent && $0.customer == customer })
                let expected = naive.exchanges.filter { $0.agent == agent && $0.customer == customer }
                // The view orders by the answer, and a list of few needs no limit on its bytes.
                #expect(
                    found.reversed().map { [$0.job, String($0.task)] } == expected.map { [$0.job, String($0.task)] })
                #expect(found.reversed().map(\.untilUs) == expected.map(\.until))
                #expect(found.reversed().map(\.verdict?.state) == expected.map(\.state))
                count += found.count
            }
        }
        #expect(count > 20)
        #expect(rows.keys(startingWith: "said/").count == count)
    }
}
