/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/state.h"

#include <string.h>

#include "base/contract.h"
#include "fakecontainerd/core/message.h"

/* ---- queues ---- */

static void set_next(struct fake *fake, arena_ref ref, arena_ref next)
{
    memcpy(arena_at(&fake->arena, ref), &next, sizeof next);
}

void queue_append(struct fake *fake, struct queue *queue, arena_ref ref)
{
    set_next(fake, ref, 0);
    if (queue->last != 0)
        set_next(fake, queue->last, ref);
    else
        queue->first = ref;
    queue->last = ref;
    queue->count++;
}

arena_ref queue_take_after(struct fake *fake, struct queue *queue, arena_ref before)
{
    arena_ref taken = before != 0 ? queue_next(fake, before) : queue->first;
    arena_ref behind = queue_next(fake, taken);
    if (before != 0)
        set_next(fake, before, behind);
    else
        queue->first = behind;
    if (queue->last == taken)
        queue->last = before;
    queue->count--;
    return taken;
}

/* ---- namespaces ---- */

uint64_t name_space_cost(void)
{
    return map_insert_cost(FAKE_ID_MAX);
}

bool name_space_known(const struct fake *fake, struct text name)
{
    return map_get(&fake->arena, &state_of(fake)->name_spaces, name) != 0;
}

void name_space_note(struct fake *fake, struct text name)
{
    /* The value says nothing; it must not be 0. */
    if (!name_space_known(fake, name))
        map_insert(&fake->arena, &state_of(fake)->name_spaces, name, fake->state);
}

/* ---- containers ---- */

static uint64_t text_cost(struct text text)
{
    return text.length > 0 ? arena_cost((uint32_t)text.length) : 0;
}

static uint64_t pid_cost(void)
{
    return map_insert_number_cost();
}

uint64_t slot_cost(const struct fake_container *container)
{
    return name_space_cost() + arena_cost(sizeof(struct slot)) + map_insert_cost(KEY_MAX) + pid_cost() +
           container_cost(container);
}

uint64_t container_cost(const struct fake_container *container)
{
    uint64_t cost = arena_cost(sizeof(struct container)) + text_cost(container->id) + text_cost(container->name_space) +
                    text_cost(container->image) + text_cost(container->runtime_name) +
                    text_cost(container->runtime_options.type_url) + text_cost(container->runtime_options.value) +
                    text_cost(container->snapshotter) + text_cost(container->snapshot_key) +
                    text_cost(container->spec.type_url) + text_cost(container->spec.value);
    if (container->label_count > 0)
        cost += arena_cost((uint32_t)(container->label_count * sizeof(struct label)));
    for (size_t i = 0; i < container->label_count; i++)
        cost += text_cost(container->labels[i].key) + text_cost(container->labels[i].value);
    return cost;
}

uint64_t exec_cost(void)
{
    return arena_cost(sizeof(struct exec)) + arena_cost(FAKE_ID_MAX) + map_insert_cost(FAKE_ID_MAX) + pid_cost();
}

static struct text key_of(char buffer[KEY_MAX], struct text name_space, struct text id)
{
    memcpy(buffer, name_space.bytes, name_space.length);
    buffer[name_space.length] = '\0';
    memcpy(buffer + name_space.length + 1, id.bytes, id.length);
    return (struct text){buffer, name_space.length + 1 + id.length};
}

static bool is_named(const struct fake *fake, arena_ref ref, struct text name_space, struct text id)
{
    const struct container *container = container_of(fake, arena_at(&fake->arena, ref));
    return text_equal(text_in(fake, container->id), id) && text_equal(text_in(fake, container->name_space), name_space);
}

/* Apart, because its key takes much of the stack. */
static __attribute__((noinline)) arena_ref look_up(const struct fake *fake, struct text name_space, struct text id)
{
    char key[KEY_MAX];
    if (name_space.length == 0 || name_space.length > FAKE_ID_MAX || id.length == 0 || id.length > FAKE_ID_MAX)
        return 0;
    arena_ref ref = map_get(&fake->arena, &state_of(fake)->slots, key_of(key, name_space, id));
    if (ref != 0)
        state_of(fake)->found = ref;
    return ref;
}

arena_ref slot_find(const struct fake *fake, struct text name_space, struct text id)
{
    arena_ref found = state_of(fake)->found;
    return found != 0 && is_named(fake, found, name_space, id) ? found : look_up(fake, name_space, id);
}

bool name_space_is_valid(const struct fake *fake, struct text name)
{
    arena_ref found = state_of(fake)->found;
    /* Of the container that was found last it was looked at when that came. */
    return (found != 0 &&
            text_equal(text_in(fake, container_of(fake, arena_at(&fake->arena, found))->name_space), name)) ||
           identifier_valid(name);
}

arena_ref exec_find(const struct fake *fake, const struct slot *slot, struct text id)
{
    return map_get(&fake->arena, &slot->execs, id);
}

static void labels_set(struct fake *fake, struct container *container, const struct fake_container *from)
{
    if (from->label_count == 0)
        return;
    container->label_count = (uint32_t)from->label_count;
    container->labels = arena_alloc(&fake->arena, (uint32_t)(from->label_count * sizeof(struct label)));
    struct label *labels = arena_at(&fake->arena, container->labels);
    for (size_t i = 0; i < from->label_count; i++) {
        labels[i].key = arena_text_new(&fake->arena, from->labels[i].key);
        labels[i].value = arena_text_new(&fake->arena, from->labels[i].value);
    }
}

/* States are hashed by the million, and containers never change. */
void container_seal(struct fake *fake, struct container *container)
{
    const struct arena_text texts[] = {
        container->id,           container->name_space,    container->image,       container->runtime_name,
        container->options_type, container->options_value, container->snapshotter, container->snapshot_key,
        container->spec_type,    container->spec_value,
    };
    struct hash *hash = &container->content;
    hash_init(hash);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        hash_text(hash, text_in(fake, texts[i]));
    hash_u64(hash, container->label_count);
    for (uint32_t i = 0; i < container->label_count; i++) {
        const struct label *label = (const struct label *)arena_at(&fake->arena, container->labels) + i;
        hash_text(hash, text_in(fake, label->key));
        hash_text(hash, text_in(fake, label->value));
    }
}

arena_ref container_new(struct fake *fake, const struct fake_container *from, int64_t created_at_ns)
{
    struct arena *arena = &fake->arena;
    arena_ref ref = arena_alloc(arena, sizeof(struct container));
    struct container *container = arena_at(arena, ref);

    container->references = 1;
    container->id = arena_text_new(arena, from->id);
    container->name_space = arena_text_new(arena, from->name_space);
    container->image = arena_text_new(arena, from->image);
    container->runtime_name = arena_text_new(arena, from->runtime_name);
    container->options_type = arena_text_new(arena, from->runtime_options.type_url);
    container->options_value = arena_text_new(arena, from->runtime_options.value);
    container->snapshotter = arena_text_new(arena, from->snapshotter);
    container->snapshot_key = arena_text_new(arena, from->snapshot_key);
    container->spec_type = arena_text_new(arena, from->spec.type_url);
    container->spec_value = arena_text_new(arena, from->spec.value);
    container->created_at_ns = created_at_ns;
    container->updated_at_ns = created_at_ns;
    labels_set(fake, container, from);
    container_seal(fake, container);
    return ref;
}

static struct slot *slot_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

/* What refers to that neighbour, or to the end of the line where there is none. */
static arena_ref *to_next(const struct fake *fake, arena_ref before)
{
    return before != 0 ? &slot_at(fake, before)->next : &state_of(fake)->first_slot;
}

static arena_ref *to_before(const struct fake *fake, arena_ref next)
{
    return next != 0 ? &slot_at(fake, next)->before : &state_of(fake)->last_slot;
}

arena_ref slot_add(struct fake *fake, const struct fake_container *from, int64_t created_at_ns)
{
    arena_ref container = container_new(fake, from, created_at_ns);
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct slot));
    struct slot *slot = slot_at(fake, ref);
    char buffer[KEY_MAX];
    struct text key = key_of(buffer, from->name_space, from->id);

    slot->container = container;
    slot->next = map_next(&fake->arena, &state_of(fake)->slots, key, NULL);
    slot->before = *to_before(fake, slot->next);
    *to_before(fake, slot->next) = ref;
    *to_next(fake, slot->before) = ref;
    name_space_note(fake, from->name_space);
    map_insert(&fake->arena, &state_of(fake)->slots, key, ref);
    state_of(fake)->label_count += (uint32_t)from->label_count;
    return ref;
}

struct container *container_of(const struct fake *fake, const struct slot *slot)
{
    return arena_at(&fake->arena, slot->container);
}

void container_hold(struct fake *fake, arena_ref ref)
{
    struct container *container = arena_at(&fake->arena, ref);
    container->references++;
}

void container_drop(struct fake *fake, arena_ref ref)
{
    struct arena *arena = &fake->arena;
    struct container *container = arena_at(arena, ref);
    CONTRACT(container->references > 0);
    if (--container->references > 0)
        return;
    for (uint32_t i = 0; i < container->label_count; i++) {
        struct label *label = (struct label *)arena_at(arena, container->labels) + i;
        arena_text_free(arena, &label->key);
        arena_text_free(arena, &label->value);
    }
    if (container->label_count > 0)
        arena_free(arena, container->labels, (uint32_t)(container->label_count * sizeof(struct label)));
    arena_text_free(arena, &container->id);
    arena_text_free(arena, &container->name_space);
    arena_text_free(arena, &container->image);
    arena_text_free(arena, &container->runtime_name);
    arena_text_free(arena, &container->options_type);
    arena_text_free(arena, &container->options_value);
    arena_text_free(arena, &container->snapshotter);
    arena_text_free(arena, &container->snapshot_key);
    arena_text_free(arena, &container->spec_type);
    arena_text_free(arena, &container->spec_value);
    arena_free(arena, ref, sizeof *container);
}

void slot_become(struct fake *fake, struct slot *slot, arena_ref ref)
{
    const struct container *container = arena_at(&fake->arena, ref);
    struct state *state = state_of(fake);
    state->label_count = state->label_count - container_of(fake, slot)->label_count + container->label_count;
    container_drop(fake, slot->container);
    slot->container = ref;
}

/* 0 where it is in another name space: those of one stand side by side. */
static arena_ref if_in(const struct fake *fake, arena_ref ref, struct text name_space)
{
    return ref != 0 && text_equal(text_in(fake, container_of(fake, slot_at(fake, ref))->name_space), name_space) ? ref
                                                                                                                 : 0;
}

arena_ref slot_first_in(const struct fake *fake, struct text name_space)
{
    char key[KEY_MAX];
    arena_ref first = if_in(fake, slot_first(fake), name_space);
    if (first != 0 || name_space.length == 0 || name_space.length > FAKE_ID_MAX)
        return first;
    first = map_next(&fake->arena, &state_of(fake)->slots, key_of(key, name_space, text_of("")), NULL);
    return if_in(fake, first, name_space);
}

arena_ref slot_next_in(const struct fake *fake, struct text name_space, arena_ref ref)
{
    return if_in(fake, slot_next(fake, ref), name_space);
}

/* ---- processes ---- */

static bool pid_taken(const struct fake *fake, uint32_t pid)
{
    uint64_t found;
    return map_next_number(&fake->arena, &state_of(fake)->pids, pid - 1, &found) != 0 && found == pid;
}

bool process_begin(struct fake *fake, struct process *process, arena_ref owner, uint32_t pid)
{
    struct state *state = state_of(fake);

    if (pid != 0 && pid_taken(fake, pid))
        return false;
    while (pid == 0) {
        uint32_t candidate = state->next_pid++;
        if (candidate != 0 && !pid_taken(fake, candidate))
            pid = candidate;
    }
    process->pid = pid;
    map_insert_number(&fake->arena, &state->pids, pid, owner);
    return true;
}

static void pid_free(struct fake *fake, const struct process *process)
{
    if (process_lives(process))
        map_remove_number(&fake->arena, &state_of(fake)->pids, process->pid);
}

void process_end(struct fake *fake, struct process *process, uint32_t exit_status)
{
    pid_free(fake, process);
    process->status = FAKE_STOPPED;
    process->exited = true;
    process->exit_status = exit_status;
    process->exited_at_ns = state_of(fake)->wall_ns;
    process->ended_ns = state_of(fake)->now_ns;
}

bool process_lives(const struct process *process)
{
    return process->pid != 0 && !process->exited;
}

arena_ref exec_add(struct fake *fake, struct slot *slot, struct text id)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct exec));
    struct exec *exec = arena_at(&fake->arena, ref);
    exec->id = arena_text_new(&fake->arena, id);
    map_insert(&fake->arena, &slot->execs, id, ref);
    return ref;
}

void exec_remove(struct fake *fake, struct slot *slot, arena_ref ref)
{
    struct exec *exec = arena_at(&fake->arena, ref);
    map_remove(&fake->arena, &slot->execs, text_in(fake, exec->id));
    pid_free(fake, &exec->process);
    arena_text_free(&fake->arena, &exec->id);
    arena_free(&fake->arena, ref, sizeof *exec);
}

void task_remove(struct fake *fake, struct slot *slot)
{
    while (slot->execs.count > 0)
        exec_remove(fake, slot, map_first(&fake->arena, &slot->execs));
    if (slot->has_task)
        pid_free(fake, &slot->init);
    slot->has_task = false;
    slot->oom_kills = 0;
    state_of(fake)->dead_shims -= slot->shim.dead;
    slot->shim = (struct dead_shim){0};
    slot->init = (struct process){0};
}

void slot_remove(struct fake *fake, arena_ref ref)
{
    struct slot *slot = arena_at(&fake->arena, ref);
    const struct container *container = container_of(fake, slot);
    char key[KEY_MAX];

    task_remove(fake, slot);
    state_of(fake)->label_count -= container->label_count;
    struct text name = key_of(key, text_in(fake, container->name_space), text_in(fake, container->id));
    map_remove(&fake->arena, &state_of(fake)->slots, name);
    *to_next(fake, slot->before) = slot->next;
    *to_before(fake, slot->next) = slot->before;
    if (state_of(fake)->found == ref)
        state_of(fake)->found = 0;
    container_drop(fake, slot->container);
    arena_free(&fake->arena, ref, sizeof *slot);
}
