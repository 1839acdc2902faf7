"""A run in a process of its own, and the light one beside it that can end it and tells what became of it.

Native code may crash, hang, or take all memory there is, and an interpreter inside it hears no signal. So ``matcher run`` starts a
child (a fresh interpreter, never a fork) and waits. The two talk in lines of JSON over two pipes. The parent alone decides whether
the plan may become visible: the child asks right before the swap, and once the answer is yes, no signal and no limit ends it any more.
"""
