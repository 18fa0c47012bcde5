extension Template {
    /// The owner's own notes.
    static let newsletterNotes = [
        TemplateFile(
            "sources/notes/invoice-log.md",
            #"""
            # Invoices, before and after Fridays

            Four readers kept a log for a quarter. When they invoiced at the end of the month, payment
            came 37 days after the work. With an invoice every Friday it came after 22 days. One of the
            four saw no difference, since her only large customer pays on the first of the month anyway.

            The time spent was about the same: 35 minutes a week against two and a half hours a month.
            """#),
        TemplateFile(
            "sources/notes/pricing-page-visits.md",
            #"""
            # Watching eight people read a pricing page

            I asked eight readers to look at our own pricing page while we talked. Six of the eight
            scrolled past the table of features without stopping. Five could not say afterwards what
            the difference between the plans was. All eight found the price within ten seconds.

            The sentence that three of them read out loud was the one about cancelling. One said: "If I
            can leave, I don't need the table."
            """#),
        TemplateFile(
            "sources/notes/quiet-mornings.md",
            #"""
            # Six weeks of quiet mornings

            Seven readers kept the mail program closed until eleven. In six weeks they missed two
            messages that had been urgent. They reported 5.5 hours a week of work without a break, up
            from 3.

            Five of the seven went on with it. The other two have customers in time zones further east,
            for whom eleven is late.
            """#),
        TemplateFile(
            "sources/notes/raising-a-price.md",
            #"""
            # What happened when Tom raised his price

            Tom went from 29 to 39 dollars in May, for new customers only. In the three months before
            there had been 33 new customers, in the three months after there were 30. That is 1,170
            dollars a month of new income instead of 957.

            He had prepared an answer for angry mails. Two came, both from people who did not have to
            pay more. He wishes that he had written one line about that into the announcement.
            """#),
        TemplateFile(
            "sources/notes/saying-no.md",
            #"""
            # A month of saying no by template

            Ana lent me her template for declining a request: one line of thanks, one line with the
            reason, one name of somebody better suited. I used it 13 times in September. Ten people
            answered, nine of them kindly. Two have since sent me somebody else.

            Each mail took under two minutes. Before, I would put off such an answer for four days on
            average, and think of it every evening.
            """#),
        TemplateFile(
            "sources/notes/welcome-calls.md",
            #"""
            # Fifteen welcome calls

            I called 15 people in the week after they had joined Pro. The calls took 12 minutes on
            average. 9 of the 15 had not opened a single lever yet, and all 9 gave the same reason: they
            did not know where to begin.

            Since then the first screen shows one lever instead of 64. Of the next 20 members, 16 opened
            it on the first day.
            """#),
    ]
}
