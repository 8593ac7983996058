# A DRAINING instance takes no new tasks; those that it has run on.
! node n1 cpu 2048 memory 4096
! node n2 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"a","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"hello"}
| tasks.taskArn tasks.containerInstanceArn
< 200 {
    "tasks": [
      {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1"
      }
    ]
  }
@ +2s
> ecs UpdateContainerInstancesState {"containerInstances":["$instance1"],"status":"DRAINING"}
| containerInstances.status failures
< 200 {"containerInstances":[{"status":"DRAINING"}],"failures":[]}
> ecs RunTask {"taskDefinition":"hello","count":2}
| tasks.containerInstanceArn
< 200 {
    "tasks": [
      {"containerInstanceArn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2"},
      {"containerInstanceArn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2"}
    ]
  }
> ecs StartTask {"taskDefinition":"hello","containerInstances":["$instance1"]}
< 200 {
    "tasks": [],
    "failures": [
      {"arn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1","reason":"INACTIVE"}
    ]
  }
! crash
@ +10s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus
< 200 {"tasks":[{"lastStatus":"RUNNING"}]}
> ecs DescribeContainerInstances {"containerInstances":["$instance1"]}
| containerInstances.status containerInstances.runningTasksCount
< 200 {"containerInstances":[{"status":"DRAINING","runningTasksCount":1}]}
> ecs UpdateContainerInstancesState {"containerInstances":["$instance1","nobody"],"status":"ACTIVE"}
| containerInstances.status failures
< 200 {"containerInstances":[{"status":"ACTIVE"}],"failures":[{"arn":"nobody","reason":"MISSING"}]}
